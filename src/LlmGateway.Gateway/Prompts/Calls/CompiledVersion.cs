using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Prompts.Composition;
using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Gateway.Prompts.Templates;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Calls;

/// <summary>A version ready to be called; it never changes.</summary>
internal sealed class CompiledVersion(string promptId, int number, PromptContent content, IReadOnlyList<PinnedPrompt> includes)
{
    /// <summary>Roughly what a template's parts take for each character of it, with the members' copies.</summary>
    private const int BytesPerCharacter = 16;
    private const int FixedBytes = 4096;

    private readonly IReadOnlyList<PromptMember> _chat = PromptMembers.For(Operation.ChatCompletions, content);
    private readonly IReadOnlyList<PromptMember> _responses = PromptMembers.For(Operation.Responses, content);

    public string PromptId { get; } = promptId;

    public int Number { get; } = number;

    /// <summary>With what it includes in its place.</summary>
    public PromptContent Content { get; } = content;

    /// <summary>The versions that it includes, or that its steps call.</summary>
    public IReadOnlyList<PinnedPrompt> Includes { get; } = includes;

    public CompiledPrompt Templates { get; } = PromptTemplates.Compile(content);

    /// <summary>An estimate of its memory.</summary>
    public int SizeBytes { get; } = FixedBytes + (PromptJson.Write(content).Length * BytesPerCharacter);

    /// <summary>The request that the version and its caller make together.</summary>
    /// <param name="body">The caller's request.</param>
    /// <param name="operation">Chat completions or responses.</param>
    /// <param name="call">What the caller says of the prompt.</param>
    /// <param name="caller">The caller, in whose name blocks are looked up.</param>
    /// <param name="rendering">Looks them up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">400: variables do not fit, or something is not there; what a block's service answers.</exception>
    public async ValueTask<PromptedRequest> ComposeAsync(
        ReadOnlyMemory<byte> body, Operation operation, PromptCall call, Caller caller, BlockRendering rendering, CancellationToken cancellationToken)
    {
        if (Content.Steps is not null)
        {
            throw PromptRules.Refused("The prompt is a chain ('steps'), which makes several requests: render the prompts of its steps.", "id", "chain_not_renderable");
        }

        var model = call.Model ?? Content.Model ?? throw PromptRules.Refused(
            $"The prompt '{call.Reference.Key}' has no model: name one in 'model', and the prompt in 'prompt'.", "model", "missing_required_parameter");
        var input = Templates.FewShot is null && !Templates.LooksUp ? null : UserInput.Last(body.Span, operation);
        var (rendered, looked) = Templates.LooksUp
            ? await rendering.RenderAsync(Templates, call.Variables, BlockCall.For(caller, model, input), cancellationToken)
            : (Templates.Render(call.Variables, input), []);
        var made = PromptedBody.Compose(body.Span, operation, model, rendered.Messages, operation == Operation.Responses ? _responses : _chat);
        return new PromptedRequest(made, rendered.Messages.Count, looked);
    }
}

/// <param name="Body">The request.</param>
/// <param name="Messages">How many of its messages are the prompt's.</param>
/// <param name="LookedUp">What its blocks have looked up.</param>
internal readonly record struct PromptedRequest(ReadOnlyMemory<byte> Body, int Messages, IReadOnlyList<InferenceRetrieval> LookedUp);
