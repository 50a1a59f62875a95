using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>Guardrails' limits, and the webhooks that they may call.</summary>
public sealed class GuardrailOptions
{
    /// <summary>Characters of a streamed answer that are held back, so that what is found in them was not sent; the default is 200.</summary>
    [Range(0, 10_000)]
    public int WindowCharacters { get; set; } = 200;

    /// <summary>Characters of a stream's text that are held at most where a check needs more than the window; the default is 65,536. Beyond it the check counts as failed.</summary>
    [Range(1024, 4 << 20)]
    public int MaxHeldCharacters { get; set; } = 64 << 10;

    /// <summary>Largest plain answer that is checked, in bytes; a larger one is refused. The default is 16 MiB.</summary>
    [Range(1024, 1 << 28)]
    public int MaxAnswerBytes { get; set; } = 16 << 20;

    /// <summary>Characters that a judge, the moderations endpoint or a webhook is sent at most; with more the check counts as failed. The default is 100,000.</summary>
    [Range(100, 4 << 20)]
    public int MaxCheckedCharacters { get; set; } = 100_000;

    /// <summary>How long a judge or the moderations endpoint may take; the default is 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Programs that decide, by the name that a guardrail's rule gives.</summary>
    public Dictionary<string, WebhookOptions> Webhooks { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>A program that decides about texts.</summary>
public sealed class WebhookOptions
{
    /// <summary>Its address, http or https.</summary>
    [Required]
    public string Url { get; set; } = "";

    /// <summary>Sent as <c>Authorization: Bearer</c>; null sends none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>How long it may take; the default is 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);
}
