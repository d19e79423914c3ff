using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>A process's arguments: raw for judging what it is, and a hint without secrets for people.</summary>
internal sealed partial class CommandLine
{
    public const int HintLength = 200;
    private const string LeftOut = "…";

    private static readonly SearchValues<string> SecretWords = SearchValues.Create(
        ["password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "auth", "apikey", "api-key", "api_key", "access-key", "access_key", "private-key"],
        StringComparison.OrdinalIgnoreCase);

    /// <param name="raw">As <c>/proc/…/cmdline</c> has it: arguments ended by NUL, or one title where the process wrote over them.</param>
    public CommandLine(ReadOnlySpan<byte> raw)
    {
        var arguments = Encoding.UTF8.GetString(raw.TrimEnd((byte)0)).Split('\0');
        Arguments = arguments.Length == 1 ? arguments[0].Split(' ', StringSplitOptions.RemoveEmptyEntries) : arguments;
    }

    public string[] Arguments { get; }

    /// <summary>Passwords, tokens and keys are replaced: whoever may see a port is not meant to see these.</summary>
    public string Hint()
    {
        var shown = new List<string>(Arguments.Length);
        var secretFollows = false;
        foreach (var argument in Arguments)
        {
            shown.Add(secretFollows && !argument.StartsWith('-') ? LeftOut : WithoutSecrets(argument));
            secretFollows = argument.StartsWith('-') && argument.AsSpan().ContainsAny(SecretWords) && !argument.Contains('=');
        }

        return ForeignText.Clean(string.Join(' ', shown), HintLength);
    }

    /// <summary>True where the number stands by itself in some argument: somebody chose this port.</summary>
    public bool Names(int port)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        return Arguments.Any(argument => HoldsNumber(argument, number));
    }

    private static bool HoldsNumber(string argument, string number)
    {
        for (var at = argument.IndexOf(number, StringComparison.Ordinal); at >= 0; at = argument.IndexOf(number, at + 1, StringComparison.Ordinal))
        {
            var end = at + number.Length;
            if ((at == 0 || !char.IsAsciiDigit(argument[at - 1])) && (end == argument.Length || !char.IsAsciiDigit(argument[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static string WithoutSecrets(string argument)
    {
        var word = argument.AsSpan().IndexOfAny(SecretWords);
        var mark = word < 0 ? -1 : argument.AsSpan(word).IndexOfAny('=', ':');
        return UrlPassword.Replace(mark < 0 ? argument : string.Concat(argument.AsSpan(0, word + mark + 1), LeftOut), $"://{LeftOut}@");
    }

    [GeneratedRegex("://[^/@\\s]*@", RegexOptions.NonBacktracking)]
    private static partial Regex UrlPassword { get; }
}
