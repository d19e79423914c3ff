using PortPortal.Engine.Accounts;
using PortPortal.Engine.Data;

namespace PortPortal.Start;

/// <summary>The bare host: where files lie and where settings come from.</summary>
internal static class BareHost
{
    public static WebApplicationBuilder NewBuilder(string[] args)
    {
        // A published copy keeps wwwroot and appsettings.json beside the program, wherever it is started from.
        var published = Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // The assets are found by this name, inside a test's process too.
            ApplicationName = typeof(BareHost).Assembly.GetName().Name,
            ContentRootPath = published ? AppContext.BaseDirectory : null,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.Configuration.AddPortPortalSettings(args);
        ProviderFile.AddTo(builder.Configuration, DataDirectory.PathIn(builder.Configuration));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(12));
        return builder;
    }
}
