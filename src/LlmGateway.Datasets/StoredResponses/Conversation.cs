using System.Text.Json;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.StoredCompletions;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.StoredResponses;

/// <summary>
/// A response with all that was said before it. Where the gateway put the earlier turns into a request, the request holds them; where
/// its provider remembered them, the request names the turn before, and so on back to the first.
/// </summary>
internal sealed class Conversation
{
    /// <summary>Longest chain of turns that is followed.</summary>
    public const int MaxTurns = 200;

    /// <summary>Most bytes of bodies that are read for one.</summary>
    public const int MaxBytes = 32 << 20;

    private readonly List<Turn> _turns = [];

    /// <summary>What every turn was asked and said, from the first on; the last turn's answer is not among them.</summary>
    public List<ConversationItem> Input { get; } = [];

    /// <summary>The last turn's answer.</summary>
    public IReadOnlyList<JsonElement> Output { get; private set; } = [];

    /// <summary>Whether every turn was found, whole.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Whether the last turn's own request was kept whole.</summary>
    public bool HasRequest => _turns is [{ Request: not null }, ..];

    /// <summary>Whether it is longer than what is read.</summary>
    public bool IsTooLong { get; private set; }

    /// <param name="context">The store.</param>
    /// <param name="row">The last turn; its bodies are kept.</param>
    /// <param name="withPrompt">Whether the messages of the last turn's managed prompt count: they are its own alone, like instructions.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<Conversation> ReadAsync(DatasetsDbContext context, Inference row, bool withPrompt, CancellationToken cancellationToken)
    {
        var conversation = new Conversation();
        await conversation.CollectAsync(context, row, cancellationToken);
        conversation.Lay(withPrompt);
        return conversation;
    }

    private async Task CollectAsync(DatasetsDbContext context, Inference last, CancellationToken cancellationToken)
    {
        var bytes = 0;
        for (var row = last; row is not null;)
        {
            var bodies = await context.FindBodiesAsync(row, cancellationToken);
            var request = BodyCodec.Unpack(bodies?.Request ?? []);
            var answer = CompletionWriter.ReadAnswer(row, bodies);
            bytes += request.Length + answer.Length;
            if (_turns.Count == MaxTurns || bytes > MaxBytes)
            {
                (IsTooLong, IsWhole) = (true, false);
                return;
            }

            var turn = new Turn(row, Parse(request), Parse(answer));
            _turns.Add(turn);
            IsWhole &= turn is { Request: not null, Answer: not null };
            if (turn.Before is not { } before)
            {
                return;
            }

            row = await FindBeforeAsync(context, row, before, cancellationToken);
            IsWhole &= row is not null;
        }
    }

    /// <summary>An earlier call than this one: a provider that gives all its answers one id does not lead round in a circle.</summary>
    private static Task<Inference?> FindBeforeAsync(DatasetsDbContext context, Inference row, string id, CancellationToken cancellationToken) =>
        context.StoredResponsesOf(row.ProjectId).AsNoTracking()
            .Where(other => other.BodyId == id && other.Id < row.Id)
            .OrderByDescending(other => other.Id)
            .FirstOrDefaultAsync(cancellationToken);

    private void Lay(bool withPrompt)
    {
        for (var at = _turns.Count - 1; at >= 0; at--)
        {
            var (row, request, answer) = _turns[at];
            var skipped = at == 0 && withPrompt ? 0 : row.PromptMessages ?? 0;
            var input = request is { } asked ? ResponseItems.Input(asked).Skip(skipped) : [];
            var output = answer is { } said ? ResponseItems.Output(said).ToList() : [];
            var place = 0;
            Input.AddRange(input.Select(item => new ConversationItem(ResponseItems.IdOf(item, row.Id, place++), item)));
            if (at > 0)
            {
                Input.AddRange(output.Select(item => new ConversationItem(ResponseItems.IdOf(item, row.Id, place++), item)));
            }
            else
            {
                Output = output;
            }
        }
    }

    private static JsonElement? Parse(byte[] body)
    {
        using var document = StoredJson.Parse(body);
        return document?.RootElement.Clone();
    }

    private readonly record struct Turn(Inference Row, JsonElement? Request, JsonElement? Answer)
    {
        /// <summary>The response that its provider remembered; null for none.</summary>
        public string? Before =>
            Request is { } request && request.TryGetProperty("previous_response_id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
    }
}

/// <summary>An item, and the id that it is shown under.</summary>
internal readonly record struct ConversationItem(string Id, JsonElement Item);
