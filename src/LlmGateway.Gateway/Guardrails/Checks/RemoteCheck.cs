using System.Text.Json;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Guardrails.Checks;

/// <summary>A check that another program makes: bounded in what is sent, in time and in what is read.</summary>
internal abstract class RemoteCheck(GatewaySettings settings) : ITextCheck
{
    private const int MaxExtraBytes = 64 << 10;

    public bool NeedsWhole => false;

    protected GuardrailOptions Options => settings.Current.Guardrails;

    public async Task<CheckAnswer> CheckAsync(string text, CheckedCall call, CancellationToken cancellationToken)
    {
        if (text.Length > Options.MaxCheckedCharacters)
        {
            return CheckAnswer.Failed(CheckErrors.TooLong);
        }

        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(Timeout);
        try
        {
            using var answer = await AskAsync(text, call, budget.Token);
            return answer.IsSuccessStatusCode
                ? await ReadAsync(answer, text, budget.Token)
                : CheckAnswer.Failed(CheckErrors.Away);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckAnswer.Failed(CheckErrors.Timeout);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return CheckAnswer.Failed(CheckErrors.Away);
        }
    }

    protected virtual TimeSpan Timeout => Options.CheckTimeout;

    protected abstract Task<HttpResponseMessage> AskAsync(string text, CheckedCall call, CancellationToken cancellationToken);

    /// <exception cref="InvalidOperationException">A member has another type than it should.</exception>
    protected abstract CheckAnswer Understand(JsonElement answer);

    private async Task<CheckAnswer> ReadAsync(HttpResponseMessage answer, string text, CancellationToken cancellationToken)
    {
        using var body = new PooledBody();
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        // A text that comes back changed may be as long as the one that was sent, in four bytes a character.
        if (!await body.FillAsync(stream, null, MaxExtraBytes + (text.Length * 4), cancellationToken))
        {
            return CheckAnswer.Failed(CheckErrors.InvalidAnswer);
        }

        try
        {
            using var json = JsonDocument.Parse(body.Memory);
            return Understand(json.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            return CheckAnswer.Failed(CheckErrors.InvalidAnswer);
        }
    }
}
