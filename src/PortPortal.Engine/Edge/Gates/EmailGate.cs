using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Mail;
using PortPortal.Engine.Revocations;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>The e-mail pages: an address, a code, and in; the same words, status and pace whether the address is listed or not.</summary>
internal sealed class EmailGate(EmailCodes codes, MailQueue mail, GateEntrance entrance, KeptOutFeed keptOut, VisitAudit audit, TimeProvider time)
{
    public const string AddressPath = EdgeEndpoints.Prefix + "email";
    public const string CodePath = EdgeEndpoints.Prefix + "code";
    public const int MailsPerAddress = 3;

    private const string CookieName = "__Host-pp_code";
    private const int MailsPerExposure = 100;
    private const int AsksPerClient = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly GuessLimits _guesses = new(time, perAddress: MailsPerAddress * EmailCodes.Tries);
    private readonly AttemptLimiter _toAddress = new(time, MailsPerAddress, Window);
    private readonly AttemptLimiter _forExposure = new(time, MailsPerExposure, Window);
    private readonly AttemptLimiter _fromClient = new(time, AsksPerClient, Window);

    public static Task AskAsync(HttpContext context, EdgeRoute route, string host, string target) =>
        PageWriter.WriteAsync(context, EmailPages.Ask(route.Exposure.Port, target), host);

    /// <summary>Takes an address and answers that a code may be on its way.</summary>
    public async Task SendAsync(HttpContext context, EdgeRoute route, Admission admission)
    {
        // 1. The form, for a port that asks for an address.
        if (await ReadAsync(context, route, admission) is not { } form)
        {
            return;
        }

        var port = route.Exposure.Port;
        if (!EmailAddress.TryParse(form.Field("email"), out var email))
        {
            await PageWriter.WriteAsync(context, EmailPages.NoAddress(port, form.Target), admission.Host);
            return;
        }

        // 2. How much one client may ask for; it says nothing about any address.
        if (_fromClient.Count(ClientAddress.Bucket(PeerAddress.Text(context))) is { } wait)
        {
            await PageWriter.WriteAsync(context, EmailPages.TooMany(port, wait), admission.Host);
            return;
        }

        // 3. A challenge for everyone; a mail for who is listed and has not had too many.
        var exposure = route.Exposure;
        var sends = route.Policy.Emails.Admits(email.ToString(), time.GetUtcNow())
            && !keptOut.CoversEmail(exposure.Id, email.ToString())
            && _toAddress.Count($"{exposure.Id} {email}") is null
            && _forExposure.Count(exposure.Id) is null;
        if (codes.Begin(exposure.Id, email, mayMatch: sends) is not { } begun)
        {
            await PageWriter.WriteAsync(context, EmailPages.TooMany(port, TimeSpan.FromMinutes(1)), admission.Host);
            return;
        }

        if (sends)
        {
            mail.Send(email, $"{begun.Code} is your code", Letter(begun.Code, admission.Authority));
        }
        else
        {
            audit.Refused(context, route, new Visitor(admission.Host), $"no code goes to {email}: it is not on the list, or had too many");
        }

        context.Response.Headers.Append("Set-Cookie", $"{CookieName}={begun.Id}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={EmailCodes.Lifetime.TotalSeconds:0}");
        await PageWriter.WriteAsync(context, EmailPages.Code(port, email, form.Target), admission.Host);
    }

    /// <summary>Takes a code, in the browser that asked for it.</summary>
    public async Task TryAsync(HttpContext context, EdgeRoute route, Admission admission)
    {
        // 1. The form.
        if (await ReadAsync(context, route, admission) is not { } form)
        {
            return;
        }

        // 2. Count before looking.
        var (port, exposureId, generation) = (route.Exposure.Port, route.Exposure.Id, route.Policy.GrantsSince);
        var address = PeerAddress.Of(context);
        var guess = _guesses.Count(exposureId, generation, address);
        if (guess.Locked is { } locked)
        {
            audit.Refused(context, route, new Visitor(admission.Host), "too many wrong codes came from there");
            await PageWriter.WriteAsync(context, LockedPages.Code(port, locked, form.Target), admission.Host);
            return;
        }

        // 3. Compare.
        var id = CookieHeader.FindOnly(context.Request.Headers.Cookie, CookieName).ToString();
        var email = codes.Find(id, exposureId);
        var tried = codes.Redeem(id, exposureId, form.Field("code"));
        if (tried.Proved is { } proved)
        {
            _guesses.Forgive(exposureId, generation, address);
            context.Response.Headers.Append("Set-Cookie", $"{CookieName}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
            await entrance.EnterAsync(context, route, admission, Proof.EmailCode, form.Target, email: proved.ToString());
            return;
        }

        audit.Refused(context, route, new Visitor(admission.Host), "the code was wrong or over");
        if (guess.JustLocked)
        {
            audit.CodesLocked(route);
        }

        var page = email is null || tried.TriesLeft == 0 ? EmailPages.UsedUp(port, form.Target) : EmailPages.WrongCode(port, email, tried.TriesLeft, form.Target);
        await PageWriter.WriteAsync(context, page, admission.Host);
    }

    private static async Task<GateForm?> ReadAsync(HttpContext context, EdgeRoute route, Admission admission)
    {
        var read = await GateForm.ReadAsync(context, admission.Authority);
        if (!read.Succeeded)
        {
            await PageWriter.WriteAsync(context, EdgePages.Of(read.Refusals[0]), admission.Host);
            return null;
        }

        if (route.Policy.Mode == AccessMode.Email)
        {
            return read.Value;
        }

        await PageWriter.RedirectAsync(context, $"https://{admission.Authority}{read.Value.Target}");
        return null;
    }

    private static string Letter(string code, string authority) => $"""
        Your code for {authority} is

            {code}

        It works once, for {EmailCodes.Lifetime.TotalMinutes:0} minutes, in the browser that asked for it.
        You did not ask for it? Then somebody typed your address; without the code they get nowhere.
        """;
}
