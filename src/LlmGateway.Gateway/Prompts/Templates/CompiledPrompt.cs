using System.Text.Json.Nodes;
using LlmGateway.Gateway.Prompts.FewShot;
using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>A version's templates, read once; any number of threads render them.</summary>
internal sealed class CompiledPrompt
{
    public required DeclaredVariables Variables { get; init; }

    public required IReadOnlyList<CompiledMessage> Messages { get; init; }

    public required ExampleSelector? FewShot { get; init; }

    /// <summary>What examples are compared with; null for the last message of the user.</summary>
    public required TemplateText? FewShotQuery { get; init; }

    public required IReadOnlyList<CompiledRetrieval> Retrieval { get; init; }

    /// <summary>Whether it has anything looked up.</summary>
    public bool LooksUp => Retrieval.Count > 0 || FewShot?.LooksUp == true || Messages.Any(message => message.Content.Blocks.Count > 0);

    /// <summary>A chain's; empty for a plain prompt.</summary>
    public required IReadOnlyList<CompiledStep> Steps { get; init; }

    /// <summary>What is odd and not wrong, as sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <param name="variables">The request's; null for none.</param>
    /// <param name="input">The last message of the user in the request, with which examples are compared; null for none.</param>
    /// <param name="blocks">What blocks have looked up; it is told what they want. Those without an answer are empty. Null for nothing.</param>
    /// <exception cref="ApiException">Variables do not fit, or a template goes beyond a limit (400).</exception>
    public RenderedPrompt Render(JsonObject? variables, string? input = null, BlockRun? blocks = null)
    {
        var scope = Variables.Bind(variables, blocks);
        foreach (var block in Retrieval)
        {
            scope.With(block.Block.Name, scope.Blocks.Find(RetrieveBlock.Of(block.Block, block.Query.Render(scope))).Value);
        }

        var budget = new RenderingBudget();
        var messages = new List<PromptMessage>(Messages.Count);
        var length = 0;
        foreach (var message in Messages)
        {
            var text = message.Content.Render(scope, budget);
            length += text.Length;
            messages.Add(new PromptMessage(message.Role, text));
        }

        if (length > RenderingBudget.MaxOutput)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"The prompt's messages have more than {RenderingBudget.MaxOutput:N0} characters together with these values.", "prompt.variables", "template_limit_exceeded"));
        }

        AddExamples(messages, scope, input, budget);
        return new RenderedPrompt(messages);
    }

    /// <summary>Behind the instructions, and before what a user says.</summary>
    private void AddExamples(List<PromptMessage> messages, TemplateScope scope, string? input, RenderingBudget budget)
    {
        if (FewShot is null)
        {
            return;
        }

        var query = FewShotQuery?.Render(scope, budget) ?? input ?? messages.FindLast(message => message.Role == "user")?.Content ?? "";
        var instructions = messages.FindIndex(message => message.Role is not ("system" or "developer"));
        messages.InsertRange(
            instructions < 0 ? messages.Count : instructions,
            FewShot.Select(query, input, scope.Blocks).SelectMany(IEnumerable<PromptMessage> (example) => [new("user", example.Input), new("assistant", example.Output)]));
    }
}

internal sealed record CompiledMessage(string Role, TemplateText Content);

/// <param name="Block">As the version has it.</param>
/// <param name="Query">Its query's template, over the prompt's variables.</param>
internal sealed record CompiledRetrieval(RetrievalBlock Block, TemplateText Query);

/// <param name="Step">As the version has it.</param>
/// <param name="Variables">Templates over the chain's variables and <c>steps</c>, an object that holds each earlier step's <c>output</c> and <c>json</c>.</param>
/// <param name="When">Null always runs it.</param>
internal sealed record CompiledStep(PromptStep Step, IReadOnlyDictionary<string, TemplateText> Variables, TemplateCondition? When);

/// <param name="Messages">The prompt's messages and examples, which go before the request's own.</param>
internal sealed record RenderedPrompt(IReadOnlyList<PromptMessage> Messages);
