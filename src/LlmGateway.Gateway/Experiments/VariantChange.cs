using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Variants;

namespace LlmGateway.Gateway.Experiments;

/// <summary>
/// What a variant changes of a request, made ready once. Where only the model differs, only its name's bytes do; else the request's
/// members are put together anew, each with the bytes that it had.
/// </summary>
internal sealed class VariantChange
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Both limit the answer: a provider refuses a request that has both.</summary>
    private static readonly string[] OutputLimits = ["max_tokens", "max_completion_tokens"];

    private static readonly byte[] Open = "{"u8.ToArray();
    private static readonly byte[] Close = "}"u8.ToArray();
    private static readonly byte[] Colon = ":"u8.ToArray();
    private static readonly byte[] Comma = ","u8.ToArray();

    private readonly byte[]? _model;
    private readonly VariantPrompt? _prompt;
    private readonly IReadOnlyList<PromptMember> _chat;
    private readonly IReadOnlyList<PromptMember> _responses;

    private VariantChange(CallVariant variant)
    {
        _model = variant.Model is { } model ? JsonSerializer.SerializeToUtf8Bytes(model, GatewayJsonContext.Default.String) : null;
        _prompt = variant.Prompt;
        var parameters = new PromptContent { Parameters = variant.Parameters };
        _chat = PromptMembers.For(Operation.ChatCompletions, parameters);
        _responses = PromptMembers.For(Operation.Responses, parameters);
    }

    /// <summary>Whether it chooses what answers: the model, or the prompt.</summary>
    public bool Reroutes => _model is not null || _prompt is not null;

    /// <summary>Whether the tools are the variant's and not the caller's.</summary>
    public bool GivesTools => _chat.Any(member => member.Name == "tools");

    private bool ChangesMoreThanModel => _prompt is not null || _chat.Count > 0;

    /// <returns>Null where nothing differs.</returns>
    public static VariantChange? Of(CallVariant variant) => variant.IsEmpty ? null : new VariantChange(variant);

    /// <summary>Whether it can be made to such calls: prompts and parameters are for those that can be made from a prompt.</summary>
    public bool Fits(Operation operation) => operation.TakesPrompt || !ChangesMoreThanModel;

    /// <summary>The request as the variant has it, in pieces.</summary>
    public List<ReadOnlyMemory<byte>> Apply(ReadOnlyMemory<byte> body, RequestScan scan, Operation operation)
    {
        var namesPrompt = scan.Model.StartsWith(PromptReference.ModelPrefix, StringComparison.Ordinal);
        if (!ChangesMoreThanModel && !scan.ModelValue.IsEmpty && !namesPrompt)
        {
            return [body[..scan.ModelValue.Start], _model, body[scan.ModelValue.End..]];
        }

        var changes = new List<PromptMember>();
        if (_model is not null)
        {
            changes.Add(new PromptMember("model", _model));
        }

        if (Prompt(body.Span, scan, namesPrompt) is { } prompt)
        {
            changes.Add(new PromptMember("prompt", prompt));
        }

        changes.AddRange(operation == Operation.Responses ? _responses : _chat);
        var dropped = changes.Select(change => change.Name).ToHashSet(StringComparer.Ordinal);
        if (dropped.Overlaps(OutputLimits))
        {
            dropped.UnionWith(OutputLimits);
        }

        if (namesPrompt)
        {
            // It names the prompt, which the member 'prompt' does now.
            dropped.Add("model");
        }

        return Join(body, changes, dropped);
    }

    /// <summary>The member <c>prompt</c>; null where the request's own stays.</summary>
    private byte[]? Prompt(ReadOnlySpan<byte> body, RequestScan scan, bool namesPrompt)
    {
        if (_prompt is null)
        {
            // A model of the variant's own leaves no place for the prompt's name.
            return namesPrompt && _model is not null ? Write(Reference(scan.Model).ToMember(null)) : null;
        }

        if (scan.PromptValue.IsEmpty)
        {
            return Write(_prompt.ToMember(null));
        }

        using var own = JsonDocument.Parse(body[scan.PromptValue.Start..scan.PromptValue.End].ToArray());
        return Write(_prompt.ToMember(own.RootElement.TryGetProperty("variables", out var variables) ? JsonNode.Parse(variables.GetRawText()) : null));
    }

    private static VariantPrompt Reference(string model)
    {
        var reference = PromptReference.Parse(model[PromptReference.ModelPrefix.Length..]);
        return new VariantPrompt(reference.Key, reference.Version is null ? null : reference.Selector, reference.Label);
    }

    private static byte[] Write(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Plain);

    private static List<ReadOnlyMemory<byte>> Join(ReadOnlyMemory<byte> body, List<PromptMember> changes, HashSet<string> dropped)
    {
        var parts = new List<ReadOnlyMemory<byte>> { Open };
        foreach (var change in changes)
        {
            Add(JsonSerializer.SerializeToUtf8Bytes(change.Name, GatewayJsonContext.Default.String));
            parts.Add(Colon);
            parts.Add(change.Json);
        }

        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = RequestScanner.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var keep = !dropped.Contains(reader.GetString()!);
            reader.Read();
            reader.Skip();
            if (keep)
            {
                Add(body[start..(int)reader.BytesConsumed]);
            }
        }

        parts.Add(Close);
        return parts;

        void Add(ReadOnlyMemory<byte> member)
        {
            if (parts.Count > 1)
            {
                parts.Add(Comma);
            }

            parts.Add(member);
        }
    }
}
