using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Accounts;

/// <summary>The identity provider as it was saved on the portal's pages: <c>provider.json</c> in the data directory.</summary>
/// <remarks>A source of settings above appsettings.json and below everything else: environment and command line win. It holds the client secret, so only its owner can read it.</remarks>
internal sealed class ProviderFile(string path) : ConfigurationProvider, IConfigurationSource
{
    private const UnixFileMode OwnerReadsWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The settings that the file may hold.</summary>
    public static readonly IReadOnlyList<string> Settings =
    [
        nameof(OidcOptions.Authority), nameof(OidcOptions.ClientId), nameof(OidcOptions.ClientSecret), nameof(OidcOptions.Scopes), nameof(OidcOptions.GroupClaim), nameof(OidcOptions.AdminGroups),
    ];

    /// <summary>Puts the file of that data directory above the last appsettings.json.</summary>
    public static void AddTo(IConfigurationBuilder configuration, string dataDirectory)
    {
        var above = configuration.Sources.Select((source, index) => source is JsonConfigurationSource ? index + 1 : 0).DefaultIfEmpty().Max();
        configuration.Sources.Insert(above, new ProviderFile(Path.Combine(Path.GetFullPath(dataDirectory), "provider.json")));
    }

    public static ProviderFile Of(IConfiguration configuration) => ((IConfigurationRoot)configuration).Providers.OfType<ProviderFile>().Single();

    IConfigurationProvider IConfigurationSource.Build(IConfigurationBuilder builder) => this;

    public override void Load() => Data = Keyed(Read());

    /// <summary>The settings that a source above this file has, which the file therefore cannot change.</summary>
    public IReadOnlySet<string> SetElsewhere(IConfiguration configuration)
    {
        var above = ((IConfigurationRoot)configuration).Providers.SkipWhile(provider => provider != this).Skip(1).ToList();
        return Settings.Where(setting => above.Exists(provider => provider.TryGet(Key(setting), out _))).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>What the file holds.</summary>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public IReadOnlyDictionary<string, string> Read()
    {
        if (!File.Exists(path))
        {
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }

        try
        {
            var held = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) ?? [];
            return held.Where(pair => Settings.Contains(pair.Key, StringComparer.Ordinal) && pair.Value is not null).ToDictionary(StringComparer.Ordinal);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is damaged: it takes one JSON object of texts with the members {string.Join(", ", Settings)}. Mend it, or delete it and set the provider up anew.", exception);
        }
    }

    /// <summary>Writes the file, and has everything read it again before this returns.</summary>
    /// <exception cref="IOException">It could not be written, and is as it was; so does <see cref="UnauthorizedAccessException"/>.</exception>
    public void Save(IReadOnlyDictionary<string, string> settings)
    {
        DurableFile.Write(path, JsonSerializer.Serialize(settings, Indented) + "\n", OwnerReadsWrites);
        Data = Keyed(settings);
        OnReload();
    }

    private static Dictionary<string, string?> Keyed(IReadOnlyDictionary<string, string> settings) =>
        settings.ToDictionary(pair => Key(pair.Key), pair => (string?)pair.Value, StringComparer.OrdinalIgnoreCase);

    private static string Key(string setting) => $"{OidcOptions.Section}:{setting}";
}

/// <summary>Has the provider's options read anew when the file was saved, and at no other time: whatever else configuration does is for the next start.</summary>
internal sealed class ProviderFileChanges(ProviderFile file) : IOptionsChangeTokenSource<OidcOptions>
{
    public string Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => file.GetReloadToken();
}
