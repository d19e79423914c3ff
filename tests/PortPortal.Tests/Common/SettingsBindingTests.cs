using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Common;

public sealed class SettingsBindingTests
{
    [Fact]
    public void Bind_EveryKind_IsRead()
    {
        var options = Bind(("Text", "x"), ("Number", "7"), ("maybe", "8"), ("Flag", "true"), ("Wait", "00:00:03"), ("Day", "friday"), ("Share", "0.5"));

        Assert.Equal(("x", 7, 8, true, TimeSpan.FromSeconds(3), DayOfWeek.Friday, 0.5), (options.Text, options.Number, options.Maybe, options.Flag, options.Wait, options.Day, options.Share));
    }

    [Fact]
    public void Bind_NothingGiven_KeepsTheDefaults()
    {
        var options = Bind(("Maybe", ""));

        Assert.Equal(("default", 5, null), (options.Text, options.Number, options.Maybe));
    }

    [Fact]
    public void Bind_EveryKindWrong_IsReportedAtOnceWithWhatItTakes()
    {
        var failure = Assert.Throws<OptionsValidationException>(() =>
            Bind(("Number", "abc"), ("Maybe", "99999999999"), ("Flag", "perhaps"), ("Wait", "soon"), ("Day", "17"), ("Share", "half")));

        Assert.Equal(
        [
            "Sample:Number takes a whole number; it is 'abc'.",
            "Sample:Maybe takes a whole number; it is '99999999999'.",
            "Sample:Flag takes true or false; it is 'perhaps'.",
            "Sample:Wait takes a time such as 00:00:10; it is 'soon'.",
            "Sample:Day takes Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday; it is '17'.",
            "Sample:Share takes a number; it is 'half'.",
        ],
        failure.Failures);
    }

    private static Sample Bind(params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Sample:{setting.Name}", (string?)setting.Value)))
            .Build());
        services.AddOptions<Sample>().BindSettings("Sample");
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<Sample>>().Value;
    }

    private sealed class Sample
    {
        public string Text { get; set; } = "default";

        public int Number { get; set; } = 5;

        public int? Maybe { get; set; }

        public bool Flag { get; set; }

        public TimeSpan Wait { get; set; }

        public DayOfWeek Day { get; set; }

        public double Share { get; set; }
    }
}
