using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PortPortal.Cli.Projects;

/// <summary>What <c>portportal.yaml</c> or <c>moat.yaml</c> says about a project; members that are others' business are left alone.</summary>
internal sealed partial record ProjectFile
{
    private static readonly string[] FileNames = ["portportal.yaml", "moat.yaml"];

    public static readonly ProjectFile None = new();

    public string? Name { get; init; }

    /// <summary>Endpoint → port.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The file of a folder; a folder without one has no name, no endpoints and no command.</summary>
    public static ProjectFile Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new Failure(ExitCodes.WrongUse, $"There is no folder {folder}.");
        }

        var path = FileNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return path is null ? None : Parse(File.ReadAllText(path), Path.GetFileName(path));
    }

    /// <exception cref="Failure">Everything that is wrong with it.</exception>
    public static ProjectFile Parse(string text, string file)
    {
        var faults = new List<string>();
        var root = Root(text, file);
        var found = new ProjectFile
        {
            Name = NameOf(root, faults),
            Ports = PortsOf(root, faults),
            Command = CommandOf(root, faults),
        };
        return faults.Count == 0 ? found : throw new Failure(ExitCodes.WrongUse, string.Join(Environment.NewLine, faults.Select(fault => $"{file}: {fault}")));
    }

    public static bool IsLabel(string text) => Label().IsMatch(text) && !text.Contains("--", StringComparison.Ordinal);

    private static YamlMappingNode Root(string text, string file)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            throw new Failure(ExitCodes.WrongUse, $"{file}, line {exception.Start.Line}: {exception.Message}");
        }

        return yaml.Documents.Count == 0 ? [] : yaml.Documents[0].RootNode as YamlMappingNode ?? throw new Failure(ExitCodes.WrongUse, $"{file}: it is a map, with name, ports and command.");
    }

    private static string? NameOf(YamlMappingNode root, List<string> faults)
    {
        if (Member(root, "name") is not { } node)
        {
            return null;
        }

        if (node is YamlScalarNode { Value: { } name } && IsLabel(name))
        {
            return name;
        }

        faults.Add("name takes a–z, 0–9 and hyphens, at most 63 characters, no hyphen at either end and no two in a row.");
        return null;
    }

    private static Dictionary<string, int> PortsOf(YamlMappingNode root, List<string> faults)
    {
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        if (Member(root, "ports") is not { } node)
        {
            return ports;
        }

        if (node is not YamlMappingNode map)
        {
            faults.Add("ports is a map of endpoint names to ports, such as web: 3000.");
            return ports;
        }

        foreach (var (key, value) in map)
        {
            var (endpoint, text) = ((key as YamlScalarNode)?.Value ?? "", (value as YamlScalarNode)?.Value);
            if (!IsLabel(endpoint))
            {
                faults.Add($"ports: “{endpoint}” is no endpoint name: it takes a–z, 0–9 and hyphens, at most 63 characters.");
            }
            else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535)
            {
                ports[endpoint] = port;
            }
            else
            {
                faults.Add($"ports: {endpoint} is a whole number from 1 to 65535.");
            }
        }

        return ports;
    }

    private static IReadOnlyList<string> CommandOf(YamlMappingNode root, List<string> faults)
    {
        switch (Member(root, "command"))
        {
            case null: return [];
            case YamlScalarNode { Value: { Length: > 0 } line }: return ["/bin/sh", "-c", line];
            case YamlSequenceNode list when list.Children.Count > 0 && list.All(word => word is YamlScalarNode): return [.. list.Select(word => ((YamlScalarNode)word).Value ?? "")];
            default:
                faults.Add("command is a list of words, such as [\"npm\", \"start\"], or one line for the shell.");
                return [];
        }
    }

    private static YamlNode? Member(YamlMappingNode root, string name) => root.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();
}
