using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Prompts;

/// <summary>What a version of a prompt is made of, as it stands on the wire and in the row; its hash tells versions apart.</summary>
/// <remarks>Members with a default are set and not init: the generated reader leaves no default in an init-only member that is absent.</remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal record PromptContent
{
    /// <summary>The model that answers: whatever a caller could name; null where the request names one.</summary>
    public string? Model { get; init; }

    /// <summary>The messages, each a Liquid template; before the request's own messages. Empty only where there are <see cref="Steps"/>.</summary>
    public IReadOnlyList<PromptMessage> Messages { get; set; } = [];

    /// <summary>What the templates may use; anything else in a template is an error when the version is made.</summary>
    public IReadOnlyList<PromptVariable> Variables { get; set; } = [];

    /// <summary>Parameters of the request by OpenAI's names, such as <c>temperature</c>; the request's own win.</summary>
    public JsonObject? Parameters { get; init; }

    /// <summary>OpenAI's <c>tools</c>.</summary>
    public JsonArray? Tools { get; init; }

    /// <summary>OpenAI's <c>tool_choice</c>.</summary>
    public JsonNode? ToolChoice { get; init; }

    /// <summary>OpenAI's <c>response_format</c> of chat completions.</summary>
    public JsonObject? ResponseFormat { get; init; }

    /// <summary>Examples that go before the request's messages.</summary>
    public FewShotBlock? FewShot { get; init; }

    /// <summary>Passages to look up, by the name under which a template uses them.</summary>
    public IReadOnlyList<RetrievalBlock> Retrieval { get; set; } = [];

    /// <summary>The steps of a chain, in order; null for a plain prompt.</summary>
    public IReadOnlyList<PromptStep>? Steps { get; init; }

    /// <summary>What to do with a structured answer that does not fit its schema; null does nothing.</summary>
    public StructuredOutputPolicy? StructuredOutput { get; init; }
}

/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">A Liquid template.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PromptMessage(string Role, string Content);

/// <param name="Name">A Liquid identifier of at most 64 characters.</param>
/// <param name="Type"><c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>, <c>array</c> or <c>object</c>.</param>
/// <param name="Default">Taken when the request gives none; without one the variable is required.</param>
/// <param name="Description">For people.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PromptVariable(string Name, string Type = "string", JsonElement? Default = null, string? Description = null);

/// <summary>Examples that show the model what is wanted: fixed ones, or those that fit the input.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FewShotBlock
{
    /// <summary>What is chosen from, or, without <see cref="K"/>, all that is shown; at most 1,000.</summary>
    public IReadOnlyList<PromptExample> Examples { get; set; } = [];

    /// <summary>A dataset, <c>ds_…</c> or <c>ds_…@3</c>, to choose from in place of <see cref="Examples"/>; null for those.</summary>
    public string? Dataset { get; init; }

    /// <summary>The part of the dataset; null for all of it.</summary>
    public string? Split { get; init; }

    /// <summary>How many are chosen for the input, 1 to 100; null shows all of them in their order.</summary>
    public int? K { get; init; }

    /// <summary>A Liquid template of what examples are compared with; by default the last message of the user.</summary>
    public string? Query { get; init; }

    /// <summary>How much unlikeness among the chosen counts against likeness to the input, 0 to 1; the default is 0.3.</summary>
    public double Diversity { get; set; } = 0.3;

    /// <summary>Whether the examples' outputs are balanced.</summary>
    public bool Balance { get; init; }
}

/// <param name="Input">What a user says.</param>
/// <param name="Output">What the model is to answer.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PromptExample(string Input, string Output);

/// <summary>Passages of a vector store, which every message can use: the tag <c>retrieve</c> as a member.</summary>
/// <param name="Name">The variable that holds the passages.</param>
/// <param name="VectorStoreId">Where they are looked up: an id, or a name.</param>
/// <param name="Query">A Liquid template of the query.</param>
/// <param name="MaxNumResults">1 to 50.</param>
/// <param name="MaxTokens">Tokens of all passages; null for <c>Gateway:Retrieval:MaxContextTokens</c>.</param>
/// <param name="Filters">OpenAI's filters by files' attributes.</param>
/// <param name="Configuration">How the store is searched, as its search has it.</param>
/// <param name="Strategy"><c>search</c>, the default, or <c>stuff</c> for the whole store.</param>
/// <param name="Required">Whether the request fails while the retrieval service is away; else it goes on without.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RetrievalBlock(
    string Name, string VectorStoreId, string Query, int MaxNumResults = 5, int? MaxTokens = null, JsonObject? Filters = null, JsonObject? Configuration = null,
    string? Strategy = null, bool Required = true);

/// <summary>One step of a chain. A later step's templates use <c>steps.NAME.output</c> and <c>steps.NAME.json.FIELD</c>.</summary>
/// <param name="Name">A Liquid identifier, once in the chain.</param>
/// <param name="Prompt">The prompt that it calls, <c>name</c>, <c>name@label</c> or <c>name@version</c>.</param>
/// <param name="Variables">Its variables, each a Liquid template over the chain's variables and earlier steps.</param>
/// <param name="Model">Another model than the prompt's; null for the prompt's own.</param>
/// <param name="When">A Liquid condition; the step is left out when it is false. Null always runs it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PromptStep(string Name, string Prompt, IReadOnlyDictionary<string, string>? Variables = null, string? Model = null, string? When = null);

/// <param name="Enforce">Whether an answer that does not fit the schema of <c>response_format</c>, whatever the model, is refused; else that is only noted.</param>
/// <param name="Repair">Whether a wrong answer is sent back once, with what is wrong.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StructuredOutputPolicy(bool Enforce = true, bool Repair = false);
