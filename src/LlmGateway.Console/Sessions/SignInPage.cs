namespace LlmGateway.Console.Sessions;

/// <summary>The sign-in page's address, and what it may have to say.</summary>
internal static class SignInPage
{
    public const string Missing = "missing";
    public const string Refused = "refused";
    public const string Ended = "ended";
    public const string Away = "away";

    /// <param name="returnTo">Where to go after it; a path below the console.</param>
    /// <param name="problem">One of the constants; null for none.</param>
    public static string Address(string? returnTo = null, string? problem = null)
    {
        var query = new List<string>();
        if (Local(returnTo) is { Length: > 1 } path)
        {
            query.Add($"returnTo={Uri.EscapeDataString(path)}");
        }

        if (Explain(problem) is not null)
        {
            query.Add($"problem={problem}");
        }

        return $"{ConsoleService.Path}/sign-in{(query.Count == 0 ? "" : $"?{string.Join('&', query)}")}";
    }

    /// <summary>A path below the console and nowhere else; <c>/</c> for what is none.</summary>
    public static string Local(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) && !path.StartsWith("/sign-", StringComparison.Ordinal) ? path : "/";

    public static string? Explain(string? problem) => problem switch
    {
        Missing => "Please give an API key.",
        Refused => "The gateway does not know this key: it is wrong, was revoked, or has expired.",
        Ended => "Your session has ended. Please sign in again.",
        Away => "The gateway does not answer. Please try again in a moment.",
        _ => null,
    };
}
