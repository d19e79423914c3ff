using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace PortPortal.Engine.Edge.Links;

/// <summary>Programs that fetch a link because somebody pasted it into a message: nobody opens it yet.</summary>
internal static class PreviewBots
{
    /// <remarks>iMessage calls itself facebookexternalhit, Facebot and Twitterbot at once; Teams and Skype call themselves SkypeUriPreview; Signal calls itself WhatsApp.</remarks>
    private static readonly SearchValues<string> Names = SearchValues.Create(
        [
            "Slackbot", "Slack-ImgProxy", "Discordbot", "WhatsApp/", "TelegramBot", "facebookexternalhit", "Facebot", "Twitterbot", "LinkedInBot", "SkypeUriPreview",
            "MicrosoftPreview", "BingPreview", "bingbot", "Googlebot", "Google-PageRenderer", "Applebot", "Mastodon", "redditbot", "Pinterestbot", "vkShare", "Viber",
            "Mattermost-Bot", "Iframely", "Embedly", "Zoombot", "DuckDuckBot", "YandexBot", "bitlybot", "Snap URL Preview", "Synapse", "line-poker", "kakaotalk-scrap",
        ],
        StringComparison.OrdinalIgnoreCase);

    public static bool Sent(HttpRequest request) => request.Headers.UserAgent is [{ } agent] && agent.AsSpan().ContainsAny(Names);
}
