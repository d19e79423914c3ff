// What bunit names when it starts, and nothing behind it: MarkupMatches is not to be used; compare text and attributes.
using AngleSharp.Diffing.Core;
using AngleSharp.Diffing.Strategies;

namespace AngleSharp.Diffing.Core
{
    public enum FilterDecision { Keep, Exclude }

    public interface IDiff;

    public interface IDiffContext;

    public interface IDiffingStrategy;

    public readonly record struct ComparisonSource;

    public readonly record struct AttributeComparisonSource;

    public readonly record struct Comparison;

    public sealed class SourceCollection;
}

namespace AngleSharp.Diffing.Strategies
{
    public delegate FilterDecision FilterStrategy<TSource>(in TSource source, FilterDecision currentDecision);

    public delegate IEnumerable<TComparison> MatchStrategy<in TSources, out TComparison>(IDiffContext context, TSources controlSources, TSources testSources);

    public enum StrategyType { Generalized, Specialized }

    public interface IDiffingStrategyCollection;

    public sealed class DiffingStrategyPipeline : IDiffingStrategy, IDiffingStrategyCollection
    {
        public IDiffingStrategyCollection AddFilter(FilterStrategy<AttributeComparisonSource> filterStrategy, StrategyType strategyType) => this;

        public IDiffingStrategyCollection AddMatcher(MatchStrategy<SourceCollection, Comparison> matchStrategy, StrategyType strategyType) => this;
    }
}

namespace AngleSharp.Diffing
{
    public static class DiffingStrategyPipelineBuilderExtensions
    {
        public static IDiffingStrategyCollection AddDefaultOptions(this IDiffingStrategyCollection builder) => builder;
    }

    public sealed class HtmlDiffer
    {
        public HtmlDiffer(IDiffingStrategy diffingStrategy)
        {
        }
    }
}
