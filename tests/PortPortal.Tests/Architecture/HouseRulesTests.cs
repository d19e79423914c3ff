using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using PortPortal.Cli;
using PortPortal.Engine.Common;
using PortPortal.Sdk;

namespace PortPortal.Tests.Architecture;

/// <summary>Names, sizes and openings that the house style asks of everything under <c>src</c>.</summary>
public sealed partial class HouseRulesTests
{
    private static readonly Assembly[] Product = [typeof(Outcome<>).Assembly, typeof(Program).Assembly, typeof(PortPortalClient).Assembly, typeof(ExitCodes).Assembly];

    [Fact]
    public void TypeName_InTheProduct_DoesNotEndInAWordThatSaysNothing() =>
        Assert.Empty(Product.SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !type.Name.StartsWith('<'))
            .Where(type => SaysNothing().IsMatch(type.Name.Split('`')[0]))
            .Select(type => type.FullName));

    [Fact]
    public void Internals_OfTheProduct_AreShownToItselfAndTheTestsOnly() =>
        Assert.Empty(
            from assembly in Product
            from attribute in assembly.GetCustomAttributes<InternalsVisibleToAttribute>()
            let friend = attribute.AssemblyName
            where !(friend.EndsWith("Tests", StringComparison.Ordinal) || friend is "PortPortal.Benchmarks" or "PortPortal.DesignTime"
                || (friend == "PortPortal" && assembly == typeof(Outcome<>).Assembly))
            select $"{assembly.GetName().Name} → {friend}");

    [Fact]
    public void SourceFile_UnderSrc_HasAtMostFourHundredLinesAndMostAreShort()
    {
        var lengths = SourceFiles().Select(path => (Path: Path.GetRelativePath(Repository.Root, path), Lines: File.ReadLines(path).Count())).OrderBy(f => f.Lines).ToList();

        Assert.Empty(lengths.Where(file => file.Lines > 400));
        Assert.InRange(lengths[lengths.Count / 2].Lines, 1, 60);
        Assert.InRange(lengths[lengths.Count * 9 / 10].Lines, 1, 200);
    }

    [Fact]
    public void SourceFile_UnderSrc_HasNoRegionNoBannerAndNoTodo() =>
        Assert.Empty(SourceFiles().Where(path => Clutter().IsMatch(File.ReadAllText(path))).Select(path => Path.GetRelativePath(Repository.Root, path)));

    [Fact]
    public void ArchitecturePage_PlacesItNames_Exist()
    {
        var places = Place().Matches(File.ReadAllText(Repository.PathOf("docs", "architecture.md"))).Select(match => match.Groups["path"].Value).ToList();

        Assert.NotEmpty(places);
        Assert.Empty(places.Where(place => !Path.Exists(Repository.PathOf(place.TrimEnd('/')))));
    }

    private static IEnumerable<string> SourceFiles() => Directory.EnumerateFiles(Repository.PathOf("src"), "*.*", SearchOption.AllDirectories)
        .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".razor", StringComparison.Ordinal))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Migrations"));

    [GeneratedRegex("(Manager|Helper|Utils?|Processor|Data|Dto|Base|Impl)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SaysNothing();

    [GeneratedRegex("`(?<path>(src|tests|docs)/[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();

    [GeneratedRegex(@"^\s*#region|//\s*(={4,}|-{4,})|\bTODO\b|\bFIXME\b", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Clutter();
}
