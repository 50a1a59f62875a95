using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.SemanticCaching;

namespace LlmGateway.Gateway.Retrieval.FileSearch;

/// <summary>
/// What a conversation asks the stores: its user's last message, or, where <see cref="RetrievalOptions.RewriteModel"/> is set and
/// there was something said before, that message made a question that stands by itself.
/// </summary>
internal sealed class ConversationQuery(GatewayClient gateway, GatewaySettings settings)
{
    /// <summary>Purpose and step of the call that rewrites.</summary>
    public const string Purpose = "file_search";

    /// <summary>How long a search waits for its question to be rewritten; then it is made with the question as it stands.</summary>
    private static readonly TimeSpan RewriteTimeout = TimeSpan.FromSeconds(8);

    private const int MaxTurns = 6;
    private const int MaxTurnLength = 2000;
    private const int MaxQuestionLength = 1000;
    private const int MaxAnswerBytes = 64 << 10;

    private const string Instructions =
        "Rewrite the user's last message as one question that can be understood without the conversation: put names in place of pronouns, and add nothing. Answer with the question alone.";

    /// <returns>Null when the user said nothing that is text.</returns>
    public async Task<string?> OfAsync(InferenceCall call, CancellationToken cancellationToken)
    {
        var last = UserInput.Last(call.Request!.Span, call.Operation);
        if (last is null || settings.Current.Retrieval.RewriteModel is not { } model || Conversation(call) is not { } conversation)
        {
            return last;
        }

        // A question that could not be rewritten is still a question.
        return await AskAsync(call, model, conversation, cancellationToken) ?? last;
    }

    /// <summary>The last turns, each with its role; null when there is only one.</summary>
    private static string? Conversation(InferenceCall call)
    {
        using var body = RequestBody.Parse(call);
        var turns = body.Messages.Where(message => RequestBody.RoleOf(message) is "user" or "assistant").TakeLast(MaxTurns).ToList();
        if (turns.Count < 2)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var turn in turns)
        {
            var said = UserInput.TextOf(turn) ?? "";
            text.Append(RequestBody.RoleOf(turn)).Append(": ").Append(said.AsSpan(0, Math.Min(said.Length, MaxTurnLength))).Append('\n');
        }

        return text.ToString();
    }

    private async Task<string?> AskAsync(InferenceCall call, string model, string conversation, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["temperature"] = 0,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = Instructions }, new JsonObject { ["role"] = "user", ["content"] = conversation }),
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(RewriteTimeout);
        try
        {
            using var response = await gateway.SendAsync(
                new OwnCall("chat/completions", JsonSerializer.SerializeToUtf8Bytes(body, RetrievalJson.Default.JsonObject), call.Caller, Purpose, new CallParent(call.Id, "rewrite")),
                patience.Token);
            call.PartsCostNanoUsd += ResponseHeaders.ReadCost(response);
            using var answer = new PooledBody();
            var source = await response.Content.ReadAsStreamAsync(patience.Token);
            return response.IsSuccessStatusCode && await answer.FillAsync(source, response.Content.Headers.ContentLength, MaxAnswerBytes, patience.Token)
                ? Question(answer.Span)
                : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static string? Question(ReadOnlySpan<byte> answer)
    {
        try
        {
            var text = ((string?)JsonNode.Parse(answer)?["choices"]?[0]?["message"]?["content"])?.Trim();
            return text is { Length: > 0 and <= MaxQuestionLength } ? text : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
