using System.Security.Cryptography;

namespace PortPortal.Cli.Projects;

/// <summary>A name for a session that nobody named: <c>brave-otter</c>, and from the fourth on with four characters behind it.</summary>
internal static class RandomName
{
    private const int PlainTries = 3;
    private static readonly string[] Adjectives = ["amber", "brave", "calm", "clever", "crisp", "eager", "fair", "gentle", "happy", "keen", "lively", "lucky", "mellow", "nimble", "quick", "quiet", "rapid", "silver", "sunny", "swift", "tidy", "vivid", "warm", "wise"];
    private static readonly string[] Animals = ["badger", "beaver", "crane", "dolphin", "falcon", "ferret", "finch", "gecko", "heron", "ibex", "jay", "koala", "lynx", "marten", "newt", "otter", "owl", "panda", "quail", "raven", "seal", "swan", "tapir", "wren"];

    /// <param name="attempt">1 for the first.</param>
    public static string Next(int attempt)
    {
        var name = $"{One(Adjectives)}-{One(Animals)}";
        return attempt <= PlainTries ? name : $"{name}-{RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 4)}";
    }

    private static string One(string[] words) => words[RandomNumberGenerator.GetInt32(words.Length)];
}
