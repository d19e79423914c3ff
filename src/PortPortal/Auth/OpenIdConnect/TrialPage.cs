using System.Net;
using PortPortal.Engine.Accounts;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>What a trial sign-in ends at: whom the provider named, and what they would be here. Nothing was changed.</summary>
internal static class TrialPage
{
    public static Task WriteAsync(HttpContext context, ProviderIdentity identity, ExternalAccounts accounts)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        (string Name, string Value)[] facts =
        [
            ("Name", identity.Name ?? "not told"),
            ("E-mail", identity.Email is { } email ? $"{email}, {(identity.EmailVerified ? "verified" : "not verified")}" : "not told"),
            ("Groups", identity.Groups.Count > 0 ? string.Join(", ", identity.Groups) : "none told"),
            ("Role at a first sign-in", accounts.FirstRole(identity).ToString().ToLowerInvariant()),
            ("Subject", identity.Subject),
        ];
        var rows = string.Concat(facts.Select(fact => $"<tr><th>{fact.Name}<td>{WebUtility.HtmlEncode(fact.Value)}"));
        return context.Response.WriteAsync(
            $"""<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Trial sign-in</title><link rel="stylesheet" href="/css/trial.css"><main><h1>The sign-in works</h1><p>Nothing was changed, and you are still signed in as before. Close this window.<table>{rows}</table></main>""",
            context.RequestAborted);
    }
}
