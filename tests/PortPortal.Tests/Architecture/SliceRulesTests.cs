using System.Reflection;
using System.Text.RegularExpressions;
using PortPortal.Cli;
using PortPortal.Engine.Common;
using PortPortal.Sdk;

namespace PortPortal.Tests.Architecture;

/// <summary>Holds the compiled engine and web host to docs/architecture.md.</summary>
public sealed partial class SliceRulesTests
{
    private const string Engine = "PortPortal.Engine";
    private const string Web = "PortPortal";
    private static readonly Dictionary<string, HashSet<string>> Table = SliceTable.Read(File.ReadAllText(Repository.PathOf("docs", "architecture.md")));

    [Fact]
    public void Table_OfTheDocument_IsReadWhole()
    {
        Assert.Empty(Table["Common"]);
        Assert.Equal(["Common"], Table["Data"]);
        Assert.Contains("Tunnels", Table["Exposures"]);
        Assert.DoesNotContain("Data", Table["Edge"]);
        Assert.DoesNotContain("Sessions", Table["Edge"]);
    }

    [Fact]
    public void EngineFolder_WithoutARow_DoesNotExist()
    {
        var folders = typeof(Outcome<>).Assembly.GetTypes().Select(type => FolderUse.FolderOf(type, Engine)).OfType<string>().Distinct(StringComparer.Ordinal);

        Assert.Empty(folders.Where(folder => !Table.ContainsKey(folder)));
    }

    [Fact]
    public void EngineSlice_OfTheCompiledCode_UsesOnlyWhatItsRowAllows() =>
        AssertNone(FolderUse.Find(typeof(Outcome<>).Assembly, Engine).Where(use => !Allows(use)));

    // A constant leaves no trace in compiled code, but it leaves a using.
    [Fact]
    public void EngineSlice_OfTheSourceText_UsesOnlyWhatItsRowAllows()
    {
        var uses =
            from path in Directory.EnumerateFiles(Repository.PathOf("src", Engine), "*.cs", SearchOption.AllDirectories)
            let relative = Path.GetRelativePath(Repository.PathOf("src", Engine), path)
            let slice = relative.Split(Path.DirectorySeparatorChar)[0]
            where slice is not ("bin" or "obj")
            from Match match in UsedSlice().Matches(File.ReadAllText(path))
            where match.Groups["slice"].Value != slice
            select new FolderUse(slice, match.Groups["slice"].Value, relative, "its namespace");

        AssertNone(uses.Where(use => !Allows(use)));
    }

    [Fact]
    public void EngineFile_InAFolder_HasThatFoldersNamespace()
    {
        var strays =
            from path in Directory.EnumerateFiles(Repository.PathOf("src", Engine), "*.cs", SearchOption.AllDirectories)
            let relative = Path.GetRelativePath(Repository.PathOf("src"), path)
            let folder = Path.GetDirectoryName(relative)!.Replace(Path.DirectorySeparatorChar, '.')
            where !relative.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            let name = Namespace().Match(File.ReadAllText(path)).Groups["name"].Value
            // Deeper folders may only sort the files of one slice.
            where name != folder && !(name.Split('.').Length >= 3 && folder.StartsWith(name + ".", StringComparison.Ordinal))
            select $"{relative} declares {name}";

        Assert.Empty(strays);
    }

    [Theory]
    [InlineData("Components", "Api")]
    [InlineData("Components", "Hubs")]
    [InlineData("Api", "Components")]
    [InlineData("Api", "Hubs")]
    [InlineData("Hubs", "Components")]
    [InlineData("Hubs", "Api")]
    public void WebFolder_OfScreensRoutesOrHubs_DoesNotUseAnother(string user, string used) =>
        AssertNone(FolderUse.Find(typeof(Program).Assembly, Web).Where(use => use.From == user && use.To == used));

    [Fact]
    public void Engine_Assembly_KnowsNeitherTheSdkNorAScreen() =>
        Assert.DoesNotContain(
            typeof(Outcome<>).Assembly.GetReferencedAssemblies(),
            reference => reference.Name is "PortPortal" or "PortPortal.Sdk" || reference.Name!.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal));

    [Fact]
    public void Cli_Assembly_KnowsTheSdkAndNothingElseOfOurs() => Assert.Equal(["PortPortal.Sdk"], OwnReferences(typeof(ExitCodes).Assembly));

    [Fact]
    public void Sdk_Assembly_KnowsTheFrameworkAlone()
    {
        var sdk = typeof(PortPortalClient).Assembly;

        Assert.Empty(OwnReferences(sdk));
        Assert.Empty(sdk.GetReferencedAssemblies().Where(reference => !reference.Name!.StartsWith("System", StringComparison.Ordinal)));
    }

    /// <summary>The rules above are worth what the walker finds, so it is shown one of each kind.</summary>
    [Theory]
    [InlineData("InABase")]
    [InlineData("InAField")]
    [InlineData("InASignature")]
    [InlineData("InAGenericArgument")]
    [InlineData("InAnAttribute")]
    [InlineData("InABody")]
    [InlineData("InALambdaOfAnAsyncMethod")]
    [InlineData("InAStaticCall")]
    public void Walker_OfAPlantedUse_FindsIt(string user)
    {
        var uses = FolderUse.Find(typeof(SliceRulesTests).Assembly, "PortPortal.Tests.Architecture.Planted");

        Assert.Contains(uses, use => use.From == "Hot" && use.To == "Cold" && use.User == user);
        Assert.DoesNotContain(uses, use => use.User == "Clean");
    }

    private static IEnumerable<string> OwnReferences(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith("PortPortal", StringComparison.Ordinal));

    private static bool Allows(FolderUse use) => Table.TryGetValue(use.From, out var allowed) && allowed.Contains(use.To);

    private static void AssertNone(IEnumerable<FolderUse> uses) => Assert.Empty(uses.Select(use => use.ToString()).Distinct(StringComparer.Ordinal));

    [GeneratedRegex(@"^(global )?using (static |\w+ = )?PortPortal\.Engine\.(?<slice>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UsedSlice();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Namespace();
}
