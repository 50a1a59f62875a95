using System.Globalization;

namespace LlmGateway.Console.Calls;

/// <summary>Which calls are listed. The same names stand in the page's address.</summary>
public sealed record CallFilter
{
    public string? Model { get; init; }

    public string? Outcome { get; init; }

    public string? Purpose { get; init; }

    public string? Operation { get; init; }

    /// <summary>The public id of an API key.</summary>
    public string? Key { get; init; }

    public string? Prompt { get; init; }

    public string? Version { get; init; }

    public string? Experiment { get; init; }

    public string? Variant { get; init; }

    /// <summary>The call that the calls were made for.</summary>
    public string? Parent { get; init; }

    /// <summary><c>key=value</c>, as the call carries it.</summary>
    public string? Metadata { get; init; }

    /// <summary>How far back: one of <see cref="CallTimes"/>, or a time by ISO 8601.</summary>
    public string? Since { get; init; }

    /// <summary>Up to when, by ISO 8601.</summary>
    public string? Until { get; init; }

    /// <summary>How many of the filters behind "More filters" are in use.</summary>
    public int Further => new[] { Operation, Key, Prompt, Version, Experiment, Variant, Parent, Metadata, Until }.Count(value => value is not null);

    public bool IsEmpty => this == new CallFilter();

    /// <summary>The list's address in the API.</summary>
    /// <param name="now">What "the last hour" ends with.</param>
    public string ToPath(DateTimeOffset now)
    {
        (string Name, string? Value)[] pairs =
        [
            ("model", Model), ("outcome", Outcome), ("purpose", Purpose), ("operation", Operation), ("key_id", Key), ("prompt_id", Prompt),
            ("prompt_version", Version), ("experiment_id", Experiment), ("variant", Experiment is null ? null : Variant), ("parent_id", Parent),
            ("created_after", After(now)), ("created_before", Until), MetadataPair(),
        ];
        return "/v1/inferences?" + string.Join('&', pairs.Where(pair => pair.Value is not null).Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value!)}"));
    }

    /// <summary>As the page's address has it; null leaves a name out.</summary>
    public IReadOnlyDictionary<string, object?> ToAddress() => new Dictionary<string, object?>
    {
        ["model"] = Model,
        ["outcome"] = Outcome,
        ["purpose"] = Purpose,
        ["operation"] = Operation,
        ["key"] = Key,
        ["prompt"] = Prompt,
        ["version"] = Version,
        ["experiment"] = Experiment,
        ["variant"] = Variant,
        ["parent"] = Parent,
        ["metadata"] = Metadata,
        ["since"] = Since,
        ["until"] = Until,
    };

    private string? After(DateTimeOffset now) => Since is null ? null
        : CallTimes.Find(Since) is { } span ? (now - span).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
        : Since;

    private (string Name, string? Value) MetadataPair()
    {
        var at = Metadata?.IndexOf('=', StringComparison.Ordinal) ?? -1;
        return at > 0 ? ($"metadata[{Metadata![..at].Trim()}]", Metadata[(at + 1)..].Trim()) : ("metadata", Metadata);
    }
}

/// <summary>How far back a list may go, by what the address calls it.</summary>
internal static class CallTimes
{
    public static readonly IReadOnlyList<(string Name, string Title, TimeSpan Span)> All =
    [
        ("15m", "Last 15 minutes", TimeSpan.FromMinutes(15)),
        ("1h", "Last hour", TimeSpan.FromHours(1)),
        ("1d", "Last day", TimeSpan.FromDays(1)),
        ("7d", "Last 7 days", TimeSpan.FromDays(7)),
        ("30d", "Last 30 days", TimeSpan.FromDays(30)),
    ];

    public static TimeSpan? Find(string name) => All.Where(one => one.Name == name).Select(one => (TimeSpan?)one.Span).FirstOrDefault();
}
