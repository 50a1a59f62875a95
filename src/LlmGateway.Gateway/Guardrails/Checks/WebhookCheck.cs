using System.Net.Http.Headers;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Guardrails.Checks;

/// <summary>Asks a program of the operator's, which may also change the text.</summary>
internal sealed class WebhookCheck : RemoteCheck
{
    public const string ClientName = "gateway.guardrails";
    private const int MaxReasonLength = 200;
    private readonly IHttpClientFactory _clients;
    private readonly string _webhook;

    /// <exception cref="ApiException">400: no such webhook is configured.</exception>
    public WebhookCheck(WebhookRule rule, IHttpClientFactory clients, GatewaySettings settings)
        : base(settings)
    {
        if (rule.Webhook is null || !Options.Webhooks.ContainsKey(rule.Webhook))
        {
            throw GuardrailRules.Refused("'rule.webhook' must be a name that an operator configured under Gateway:Guardrails:Webhooks.", "rule.webhook");
        }

        (_webhook, _clients) = (rule.Webhook, clients);
    }

    protected override TimeSpan Timeout => Options.Webhooks.GetValueOrDefault(_webhook)?.Timeout ?? base.Timeout;

    protected override async Task<HttpResponseMessage> AskAsync(string text, CheckedCall call, CancellationToken cancellationToken)
    {
        // Taken away by a change of the configuration: the same as a program that does not answer.
        var options = Options.Webhooks.GetValueOrDefault(_webhook) ?? throw new HttpRequestException("The webhook is configured no longer.");
        var question = new WebhookQuestion(
            call.StageName, text, new WebhookMetadata(call.Guardrail, call.Caller.ProjectId, call.Caller.KeyId, call.Model, call.InferenceId));
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(question, GatewayJsonContext.Default.WebhookQuestion))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        request.Headers.Authorization = options.ApiKey is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;
        return await _clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    protected override CheckAnswer Understand(JsonElement answer)
    {
        var allow = answer.GetProperty("allow").GetBoolean();
        var text = answer.TryGetProperty("text", out var changed) ? changed.GetString() : null;
        var reason = answer.TryGetProperty("reason", out var given) ? given.GetString() : null;
        return new CheckAnswer(allow, allow ? null : Shorten(reason) ?? "The webhook does not allow it.", text);
    }

    private static string? Shorten(string? reason) => reason is { Length: > MaxReasonLength } ? reason[..MaxReasonLength] : reason;
}

/// <param name="Stage"><c>input</c> or <c>output</c>.</param>
/// <param name="Text">What is to be judged.</param>
/// <param name="Metadata">Of which call it is.</param>
internal sealed record WebhookQuestion(string Stage, string Text, WebhookMetadata Metadata);

internal sealed record WebhookMetadata(
    string Guardrail, string ProjectId, string? KeyId, string? Model, Guid? InferenceId);
