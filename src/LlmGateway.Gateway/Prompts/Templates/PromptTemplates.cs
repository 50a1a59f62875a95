using LlmGateway.Gateway.Prompts.FewShot;
using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>Reads all templates of a version, and says what is wrong with them.</summary>
internal static class PromptTemplates
{
    private const int MaxMessages = 100;
    private const int MaxMessageLength = 64 * 1024;
    private const int MaxLength = 256 * 1024;
    private const int MaxBlocks = 10;
    private const int MaxSteps = 50;

    /// <exception cref="ApiException">Something in it is wrong (400): which field, and in templates which line and column.</exception>
    public static CompiledPrompt Compile(PromptContent content)
    {
        var variables = DeclaredVariables.Compile(content.Variables);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var names = new HashSet<string>(variables.Names, StringComparer.Ordinal);
        var retrieval = Retrieval(content.Retrieval, variables, names, used);
        var messages = Messages(content.Messages, names, used);
        var query = content.FewShot?.Query is { } text ? Text(text, "few_shot.query", variables.Names, used) : null;
        var steps = Steps(content.Steps ?? [], variables.Names, used);
        CheckLength(content);
        return new CompiledPrompt
        {
            Variables = variables,
            Messages = messages,
            FewShot = content.FewShot is { } block ? ExampleSelector.Build(block) : null,
            FewShotQuery = query,
            Retrieval = retrieval,
            Steps = steps,
            Warnings = [.. content.Variables.Where(variable => !used.Contains(variable.Name)).Select(variable => $"The variable '{variable.Name}' is declared and never used.")],
        };
    }

    private static List<CompiledMessage> Messages(IReadOnlyList<PromptMessage> messages, IReadOnlySet<string> names, HashSet<string> used)
    {
        if (messages.Count > MaxMessages)
        {
            throw Refused("messages", $"A prompt has at most {MaxMessages} messages.");
        }

        return [.. messages.Select((message, index) => message?.Role is "system" or "developer" or "user" or "assistant"
            ? new CompiledMessage(message.Role, Text(message.Content, $"messages[{index}].content", names, used, takesBlocks: true))
            : throw Refused($"messages[{index}].role", "A role is 'system', 'developer', 'user' or 'assistant'."))];
    }

    private static List<CompiledRetrieval> Retrieval(
        IReadOnlyList<RetrievalBlock> blocks, DeclaredVariables variables, HashSet<string> names, HashSet<string> used)
    {
        if (blocks.Count > MaxBlocks)
        {
            throw Refused("retrieval", $"A prompt has at most {MaxBlocks} retrieval blocks.");
        }

        return [.. blocks.Select((block, index) =>
        {
            DeclaredVariables.CheckName(block?.Name, $"retrieval[{index}].name", names);
            Check(block!, $"retrieval[{index}]");
            return new CompiledRetrieval(block!, Text(block!.Query, $"retrieval[{index}].query", variables.Names, used));
        })];
    }

    private static void Check(RetrievalBlock block, string param)
    {
        if (block.VectorStoreId is not { Length: >= 1 and <= 256 })
        {
            throw Refused($"{param}.vector_store_id", "A vector store's id or name is needed.");
        }

        if (block.MaxNumResults is < 1 or > RetrieveBlock.MaxResults)
        {
            throw Refused($"{param}.max_num_results", $"A number from 1 to {RetrieveBlock.MaxResults} is needed.");
        }

        if (block.MaxTokens is < 1)
        {
            throw Refused($"{param}.max_tokens", "A number from 1 is needed.");
        }

        if (block.Strategy is not (null or PassageQuery.Search or PassageQuery.Stuff))
        {
            throw Refused($"{param}.strategy", $"A strategy is '{PassageQuery.Search}' or '{PassageQuery.Stuff}'.");
        }
    }

    private static List<CompiledStep> Steps(IReadOnlyList<PromptStep> steps, IReadOnlySet<string> variables, HashSet<string> used)
    {
        if (steps.Count > MaxSteps)
        {
            throw Refused("steps", $"A chain has at most {MaxSteps} steps.");
        }

        var (names, earlier) = (new HashSet<string>(variables, StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        return [.. steps.Select((step, index) =>
        {
            var param = $"steps[{index}]";
            if (step is null)
            {
                throw Refused(param, "A step is an object with a name and a prompt.");
            }

            if (index > 0)
            {
                names.Add("steps");
            }

            var when = step.When is null ? null : TemplateCondition.Compile(step.When, $"{param}.when", names);
            var texts = (step.Variables ?? new Dictionary<string, string>()).ToDictionary(
                variable => variable.Key, variable => Text(variable.Value, $"{param}.variables.{variable.Key}", names, used), StringComparer.Ordinal);
            var read = texts.Values.SelectMany(text => text.Variables).Concat(when?.Variables ?? []).ToList();
            used.UnionWith(read.Select(variable => variable.Path[0]));
            CheckEarlier(read, earlier, param);
            DeclaredVariables.CheckName(step.Name, $"{param}.name", earlier);
            return new CompiledStep(step, texts, when);
        })];
    }

    /// <summary>A step reads only what was there before it.</summary>
    private static void CheckEarlier(IEnumerable<PlacedVariable> read, HashSet<string> earlier, string param)
    {
        foreach (var path in read.Select(variable => variable.Path).Where(path => path[0] == "steps"))
        {
            if (path.Count < 3 || !earlier.Contains(path[1]) || path[2] is not ("output" or "json"))
            {
                throw Refused(param, $"'{string.Join('.', path)}' is no output of an earlier step; write steps.NAME.output or steps.NAME.json.FIELD.");
            }
        }
    }

    private static TemplateText Text(string? text, string param, IReadOnlySet<string> names, HashSet<string> used, bool takesBlocks = false)
    {
        if (text is null)
        {
            throw Refused(param, "A text is needed; it may be empty.");
        }

        if (text.Length > MaxMessageLength)
        {
            throw Refused(param, $"A template has at most {MaxMessageLength:N0} characters, and this one has {text.Length:N0}.");
        }

        var template = TemplateText.Compile(text, param, names, takesBlocks);
        used.UnionWith(template.Variables.Select(variable => variable.Path[0]));
        return template;
    }

    private static void CheckLength(PromptContent content)
    {
        var length = content.Messages.Sum(message => message.Content.Length);
        if (length > MaxLength)
        {
            throw Refused("messages", $"All messages together have at most {MaxLength:N0} characters, and these have {length:N0}.");
        }
    }

    private static ApiException Refused(string param, string message) => new(ApiErrors.BadRequest(message, param));
}
