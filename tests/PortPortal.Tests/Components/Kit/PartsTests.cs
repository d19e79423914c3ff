using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Components.Kit;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Components.Kit;

public sealed class PartsTests : BunitContext, IAsyncLifetime
{
    private readonly ManualTime _time = new();

    public PartsTests()
    {
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddKit();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => base.DisposeAsync().AsTask();

    [Theory]
    [InlineData(PpState.Live, "live", "Port 3000: live")]
    [InlineData(PpState.Waiting, "waiting", "Port 3000: waiting")]
    [InlineData(PpState.Warn, "warn", "Port 3000: unreachable")]
    [InlineData(PpState.Off, "off", "Port 3000: not exposed")]
    public void Jack_InAState_SaysSoInShapeAndWords(PpState state, string css, string title)
    {
        var jack = Render<PpJack>(p => p.Add(j => j.Port, 3000).Add(j => j.State, state).Add(j => j.Href, "/sessions/x")).Find("a");

        Assert.Contains(css, jack.ClassList);
        Assert.Contains(css, jack.QuerySelector(".pp-led")!.ClassList);
        Assert.Equal(title, jack.GetAttribute("aria-label"));
    }

    [Fact]
    public void Switch_Pressed_AsksForTheOpposite()
    {
        bool? asked = null;
        var part = Render<PpSwitch>(p => p.Add(s => s.On, true).Add(s => s.Label, "Expose port 6006").Add(s => s.OnChanged, on => asked = on));

        Assert.Equal("true", part.Find("button").GetAttribute("aria-checked"));
        part.Find("button").Click();

        Assert.False(asked);
    }

    [Fact]
    public void Segments_AreRadios_AndChoose()
    {
        PpAccessMode? chosen = null;
        var part = Render<PpSegmented<PpAccessMode>>(p => p
            .Add(s => s.Label, "Who gets in?")
            .Add(s => s.Value, PpAccessMode.Sso)
            .Add(s => s.Options, [new(PpAccessMode.Sso, "SSO"), new(PpAccessMode.Public, "Public")])
            .Add(s => s.ValueChanged, mode => chosen = mode));

        Assert.Equal("Who gets in?", part.Find("[role=radiogroup]").GetAttribute("aria-label"));
        Assert.True(part.FindAll("input[type=radio]")[0].HasAttribute("checked"));
        part.FindAll("input[type=radio]")[1].Change(true);

        Assert.Equal(PpAccessMode.Public, chosen);
    }

    [Fact]
    public void Field_WithAnError_TiesItToTheInput()
    {
        var part = Render<PpField>(p => p
            .Add(f => f.Label, "E-mail")
            .Add(f => f.Error, "nina@ needs a domain")
            .AddChildContent<PpInput>(i => i.Add(x => x.Bad, true)));

        var input = part.Find("input");
        Assert.Equal(input.Id, part.Find("label").GetAttribute("for"));
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Equal("nina@ needs a domain", part.Find($"#{input.GetAttribute("aria-describedby")}").TextContent);
    }

    [Fact]
    public void Button_WhileBusy_KeepsItsWordsAndCannotBePressed()
    {
        var button = Render<PpButton>(p => p.Add(b => b.Busy, true).AddChildContent("Expose")).Find("button");

        Assert.True(button.HasAttribute("disabled"));
        Assert.Equal("true", button.GetAttribute("aria-busy"));
        Assert.Contains("Expose", button.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Access_MoreOpen_IsLouder()
    {
        Assert.Contains("public", Render<PpAccess>(p => p.Add(a => a.Mode, PpAccessMode.Public)).Find(".pp-access").ClassList);
        Assert.DoesNotContain("public", Render<PpAccess>(p => p.Add(a => a.Mode, PpAccessMode.Pin)).Find(".pp-access").ClassList);
    }

    [Fact]
    public void Time_AsTheClockMoves_SaysSomethingElse()
    {
        var part = Render<PpTime>(p => p.Add(t => t.At, _time.GetUtcNow().AddMinutes(-4)));
        Assert.Equal("4 min ago", part.Find("time").TextContent);

        _time.Advance(TimeSpan.FromMinutes(2));

        part.WaitForAssertion(() => Assert.Equal("6 min ago", part.Find("time").TextContent), TimeSpan.FromSeconds(5));
        Assert.EndsWith("UTC", part.Find("time").GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Summary_Changing_IsToldAtMostEveryTenSeconds()
    {
        var part = Render<PpSummary>(p => p.Add(s => s.Text, "1 person connected"));
        _time.Advance(TimeSpan.FromSeconds(1));
        part.Render(p => p.Add(s => s.Text, "2 people connected"));

        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("1 person connected", part.Find("[role=status]").TextContent);

        _time.Advance(TimeSpan.FromSeconds(5));
        part.WaitForAssertion(() => Assert.Equal("2 people connected", part.Find("[role=status]").TextContent), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Url_WithItsPort_PrintsThePortBoldAndCopiesTheWhole()
    {
        var part = Render<PpUrl>(p => p.Add(u => u.Url, new Uri("https://3000-abc.localhost:8443/")).Add(u => u.Port, 3000));

        Assert.Equal("3000", part.Find("a b").TextContent);
        Assert.Equal("3000-abc.localhost:8443", part.Find("a").TextContent);
        Assert.Equal("https://3000-abc.localhost:8443/", part.Find("[data-pp-copy]").GetAttribute("data-pp-copy"));
    }

    [Fact]
    public void Menu_Lazy_RendersItsContentWhenOpened()
    {
        var part = Render<PpMenu>(p => p.Add(m => m.Label, "More").Add(m => m.Lazy, true).AddChildContent("<i>rare</i>"));
        Assert.Empty(part.FindAll("i"));

        part.Find(".pp-menu").TriggerEvent("ontoggle", EventArgs.Empty);

        Assert.Single(part.FindAll("i"));
        Assert.Equal(part.Find("button").GetAttribute("popovertarget"), part.Find(".pp-menu").Id);
    }

    [Fact]
    public void Rows_Many_RenderAWindowAndSpacers()
    {
        var part = Render<PpRows<int>>(p => p.Add(r => r.Items, Enumerable.Range(0, 1000).ToArray()).Add(r => r.Key, one => one).Add(r => r.ChildContent, Row));

        Assert.Equal(28, part.FindAll("tr.row").Count);
        Assert.Equal("0", part.FindAll("tr.spacer td")[0].GetAttribute("height"));
        Assert.Equal((972 * 42).ToString(System.Globalization.CultureInfo.InvariantCulture), part.FindAll("tr.spacer td")[1].GetAttribute("height"));
    }

    [Fact]
    public async Task Rows_Scrolled_MoveTheWindow()
    {
        var part = Render<PpRows<int>>(p => p.Add(r => r.Items, Enumerable.Range(0, 1000).ToArray()).Add(r => r.Key, one => one).Add(r => r.ChildContent, Row));

        await part.Instance.MoveAsync(990, 60, 40);

        Assert.Equal("940", part.FindAll("tr.row")[0].TextContent);
        Assert.Equal("999", part.FindAll("tr.row")[^1].TextContent);
    }

    [Fact]
    public void Rows_ThatArePlain_RenderAgainOnlyWhereTheirItemIsAnother()
    {
        var rendered = new List<int>();
        RenderFragment Noted(int item)
        {
            return builder =>
            {
                rendered.Add(item);
                builder.AddContent(0, item);
            };
        }

        var part = Render<PpRows<int>>(p => p.Add(r => r.Items, [1, 2, 3]).Add(r => r.Key, one => one % 10).Add(r => r.Plain, true).Add(r => r.ChildContent, Noted));
        rendered.Clear();

        part.Render(p => p.Add(r => r.Items, [1, 12, 3]));

        Assert.Equal([12], rendered);
        Assert.Equal("1123", string.Concat(part.FindComponents<PpRow<int>>().Select(row => row.Markup.Trim())));
    }

    [Fact]
    public void Rows_WithOneMoreBeforeThem_StayWhatTheyWere()
    {
        var part = Render<PpRows<int>>(p => p.Add(r => r.Items, [1, 2, 3]).Add(r => r.Key, one => one).Add(r => r.ChildContent, Row));
        var before = part.FindComponents<PpRow<int>>().Select(row => row.Instance).ToList();

        part.Render(p => p.Add(r => r.Items, [0, 1, 2, 3]));

        Assert.Equal(before, part.FindComponents<PpRow<int>>().Skip(1).Select(row => row.Instance));
        Assert.Equal(["0", "1", "2", "3"], part.FindAll("tr.row").Select(row => row.TextContent));
    }

    [Fact]
    public void Toasts_WithAnAction_DoItOnceAndGo()
    {
        var done = 0;
        var toasts = Services.GetRequiredService<Toasts>();
        var host = Render<PpToasts>();
        toasts.Show(new(PpState.Gone, "Port 3000 is closed") { Action = "Undo", OnAction = () => Task.FromResult(done++) });

        host.WaitForElement(".pp-toast .pp-button", TimeSpan.FromSeconds(5)).Click();

        Assert.Equal(1, done);
        host.WaitForAssertion(() => Assert.Empty(host.FindAll(".pp-toast")), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Qr_OfAText_IsOnePathWithAWordFor()
    {
        var svg = Render<PpQr>(p => p.Add(q => q.Text, "https://portal.localhost:8443/")).Find("svg");

        Assert.Equal("-4 -4 37 37", svg.GetAttribute("viewBox"));
        Assert.Equal("QR code for https://portal.localhost:8443/", svg.GetAttribute("aria-label"));
        Assert.StartsWith("M0 0h7v1h-7z", svg.QuerySelector(".ink")!.GetAttribute("d"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pips_BeyondTen_BecomeABar()
    {
        Assert.Equal(3, Render<PpPips>(p => p.Add(x => x.Used, 3).Add(x => x.Max, 5)).FindAll("i.on").Count);
        Assert.Equal("40", Render<PpPips>(p => p.Add(x => x.Used, 10).Add(x => x.Max, 25)).Find("rect").GetAttribute("width"));
    }

    [Fact]
    public void NoPart_EverWritesAStyleAttribute()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PortPortal.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        var offenders = Directory.GetFiles(Path.Combine(folder, "src", "PortPortal", "Components"), "*.razor", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains(" style=", StringComparison.Ordinal));

        Assert.Empty(offenders);
    }

    private static RenderFragment Row(int number) => builder =>
    {
        builder.OpenElement(0, "tr");
        builder.AddAttribute(1, "class", "row");
        builder.SetKey(number);
        builder.OpenElement(2, "td");
        builder.AddContent(3, number);
        builder.CloseElement();
        builder.CloseElement();
    };
}
