using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Runs;

/// <summary>A run's data source: where items come from, and how their samples are had.</summary>
/// <param name="Source">The items.</param>
/// <param name="Request">The model and its parameters; null where outputs are recorded with the items.</param>
/// <param name="Prompt">The messages; null where no model is called.</param>
/// <param name="Replay">The recorded output that stands for a model; null for none.</param>
internal sealed record RunPlan(IItemSource Source, ModelRequest? Request, IPrompt? Prompt, ReplayModel? Replay)
{
    private const int MaxRepetitions = 32;

    /// <summary>Ours: how often each item is sampled. The default is 1.</summary>
    public int Repetitions { get; init; } = 1;

    /// <summary>Ours: the prompt that the gateway applies to each item; null for none.</summary>
    public ManagedPrompt? Managed { get; private init; }

    /// <summary>Writes what a request takes from its item besides messages; null for nothing.</summary>
    public Action<Utf8JsonWriter, JsonElement>? WriteFromItem { get; private init; }

    public string Model => Request is { Model.Length: > 0 } request ? request.Model : Managed?.ModelName ?? "";

    /// <summary>What is added to the prompt.</summary>
    public PromptBlocks Blocks { get; private init; } = PromptBlocks.None;

    /// <exception cref="ApiException">It is malformed, or refers to what items cannot have (400).</exception>
    public static RunPlan Read(JsonFields fields, DataSourceConfig config, int maxItems)
    {
        var type = fields.Choice("type", "jsonl", "completions", "responses");
        if (type == "jsonl")
        {
            fields.Only("type", "source");
            return new RunPlan(ReadSource(fields, config, maxItems), null, null, null);
        }

        fields.Only("type", "source", "model", ManagedPrompt.Name, "input_messages", "sampling_params", "repetitions", FewShotBlock.Name, ContextBlock.Name);
        var source = ReadSource(fields, config, maxItems);
        var managed = ManagedPrompt.Find(fields);
        if (source.AreCalls && managed is null && fields.Find("model") is null)
        {
            // What was answered is recorded.
            fields.Only("type", "source");
            return new RunPlan(source, null, null, null);
        }

        var model = managed is null ? fields.Text("model", ModelRequest.MaxModelLength) : fields.FindText("model", ModelRequest.MaxModelLength) ?? "";
        var request = ModelRequest.Read(model, fields.FindObject("sampling_params"), type == "responses" ? ModelApi.Responses : ModelApi.ChatCompletions);
        var replay = ReplayModel.Read(model, fields.At("model"));
        var repetitions = fields.FindInteger("repetitions", 1, MaxRepetitions) ?? 1;
        if (replay is not null)
        {
            PromptBlocks.Refuse(fields);
            ManagedPrompt.Refuse(fields);
            return new RunPlan(source, request, null, replay) { Repetitions = repetitions };
        }

        var scope = config.Scope.BeforeSampling();
        return new RunPlan(source, request, ReadPrompt(fields, source, managed, scope), null)
        {
            Repetitions = repetitions,
            Managed = managed,
            WriteFromItem = managed is not null ? managed.Write
                : source.AreCalls && fields.Find("input_messages") is null ? (writer, item) => LoggedParameters.Write(writer, item, request)
                : null,
            Blocks = PromptBlocks.Read(fields, scope),
        };
    }

    /// <summary>Reads what a run keeps.</summary>
    public static RunPlan ReadStored(Run run, EvalDefinition definition, int maxItems) =>
        Read(JsonFields.Of(JsonText.Parse(run.DataSource), "data_source"), definition.Config, maxItems);

    /// <summary>The data source as it is kept: with the version of the dataset that it is pinned to.</summary>
    public static string Pin(JsonElement dataSource, string? version)
    {
        if (version is null)
        {
            return JsonText.Compact(dataSource);
        }

        var node = JsonNode.Parse(dataSource.GetRawText())!;
        node["source"]!["version"] = version;
        return node.ToJsonString();
    }

    private static IItemSource ReadSource(JsonFields fields, DataSourceConfig config, int maxItems)
    {
        var source = fields.Object("source");
        return source.Choice("type", "file_content", "file_id", CallSourceReader.StoredCompletions, CallSourceReader.Responses, CallSourceReader.Inferences, ShadowSource.Type, "dataset") switch
        {
            "file_content" => InlineSource.Read(source, maxItems),
            "file_id" => FileSource.Read(source),
            "dataset" => DatasetSource.Read(source),
            ShadowSource.Type => ShadowSource.Read(source, maxItems),
            _ => CallSourceReader.Read(source, config.Metadata, maxItems),
        };
    }

    private static IPrompt ReadPrompt(JsonFields fields, IItemSource source, ManagedPrompt? managed, TemplateScope scope)
    {
        if (fields.Find("input_messages") is null && source.HasMessages)
        {
            var input = new ItemReference(new TemplatePath(TemplatePath.Item, ["input"], "item.input", 1));
            return managed is null ? input : new OwnMessages(input);
        }

        var messages = fields.Object("input_messages");
        if (messages.Choice("type", "template", "item_reference") == "template")
        {
            return MessageTemplates.Read(messages.Only("type", "template"), "template", scope);
        }

        return ItemReference.Read(messages.Only("type", "item_reference"), "item_reference", scope);
    }
}
