using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Accounts;

/// <summary>The Accounts slice over a SQLite file of its own, without a web host.</summary>
internal sealed class AccountsHost : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    public static readonly PublicAddress Address = new("fleet.test", "portal.fleet.test", 8443);
    public static readonly SignInPlace Desk = new("192.0.2.7", "Mozilla/5.0 (test)");

    private readonly string _directory = Directory.CreateTempSubdirectory("pp-accounts-").FullName;
    private readonly ServiceProvider _services;

    private AccountsHost(string adminApiKey)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([
            new(DataDirectory.Setting, _directory),
            new("Accounts:AdminApiKey", adminApiKey),
        ]);
        ProviderFile.AddTo(settings, _directory);
        var configuration = settings.Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(Address);
        services.AddData(configuration).AddAccounts();
        services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = 10_000); // tests hash often
        _services = services.BuildServiceProvider();
    }

    public ManualTime Time { get; } = new();

    public AccountDirectory Accounts => Get<AccountDirectory>();

    public SignInService SignIns => Get<SignInService>();

    public UserService Users => Get<UserService>();

    public ApiKeyService Keys => Get<ApiKeyService>();

    public static async Task<AccountsHost> StartAsync(string adminApiKey = "")
    {
        var host = new AccountsHost(adminApiKey);
        await host.Get<Database>().RunAsync(db => db.Database.EnsureCreatedAsync());
        await host.Accounts.RefreshAsync();
        return host;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>An account that signs in with <see cref="Password"/>.</summary>
    public async Task<User> AddAsync(string name, Role role)
    {
        var user = User.Local(name, $"{name}@lark.test", role, Time.GetUtcNow());
        user.PasswordHash = await Get<Passwords>().HashAsync(Password, CancellationToken.None);
        await Get<Database>().RunAsync(db =>
        {
            db.Add(user);
            return db.SaveChangesAsync();
        });
        await Accounts.RefreshAsync();
        return user;
    }

    public Actor ActorOf(User user) => Accounts.FindActor(user.Id) ?? throw new InvalidOperationException("disabled");

    public Task<List<AuditEntry>> AuditAsync() =>
        Get<Database>().RunAsync(db => db.Set<AuditEntry>().AsNoTracking().OrderBy(entry => entry.Id).ToListAsync());

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}
