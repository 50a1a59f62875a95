using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Improvements.Steps;

/// <summary>
/// Makes a version of a dataset of the route's logged calls: what people corrected where that is enough, else what the goal's metric calls
/// good; cleaned, and divided so that what is nearly the same stays on one side.
/// </summary>
internal sealed class SelectData(SystemApi api, ImprovementWriter writer) : IImprovementStep
{
    /// <summary>Corrected calls from which on they alone are learned from.</summary>
    private const int EnoughCorrections = 50;
    private const int FewestItems = 30;
    private static readonly string[] Trainable = ["train", "validation", "test"];

    public string Stage => ImprovementStage.Selecting;

    public async Task<Improvement> RunAsync(Improvement row, Lease lease, CancellationToken cancellationToken)
    {
        var request = ImprovementRequest.Parse(row.Request);
        var caller = ImprovementCaller.Of(row);
        row = await writer.WriteAsync(lease, improvement => improvement.Begin(ImprovementStep.Select, writer.Now), cancellationToken);
        var baseModel = request.BaseModel ?? await ModelOfAsync(request.Route!, caller, cancellationToken);
        var dataset = await DatasetAsync(row, request, caller, cancellationToken);
        var version = await VersionAsync(dataset, request, caller, cancellationToken);
        CrashPoint.Reach("improvements.selected");
        RefuseUnusable(version);
        return await writer.WriteAsync(
            lease,
            improvement =>
            {
                (improvement.BaseModel, improvement.DatasetId, improvement.DatasetVersion) = (baseModel, dataset, version["version"]!.ToString());
                Describe(improvement, dataset, version);
                improvement.Status = ImprovementStage.Training;
            },
            cancellationToken);
    }

    /// <summary>What an alias stands for; a route or a model itself.</summary>
    private async Task<string> ModelOfAsync(string route, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            var model = (string)(await api.GetAsync(ServiceNames.Gateway, $"/v1/aliases/{Uri.EscapeDataString(route)}", caller, cancellationToken))["model"]!;
            return !model.StartsWith("ft:", StringComparison.Ordinal) ? model : throw new ApiException(ApiErrors.BadRequest(
                $"'{route}' is answered by '{model}', which is fine-tuned already: say with 'base_model' what is to be trained.", "base_model"));
        }
        catch (ApiException exception) when (exception.Error.Status == 404)
        {
            return route;
        }
    }

    private async Task<string> DatasetAsync(Improvement row, ImprovementRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var name = row.NameInRound;
        var made = await api.FindOrMakeAsync(
            ServiceNames.Datasets,
            "/v1/datasets",
            dataset => (string?)dataset["name"] == name,
            () => api.PostAsync(ServiceNames.Datasets, "/v1/datasets", new JsonObject { ["name"] = name, ["description"] = $"Calls of '{request.Route}', to improve it" }, caller, cancellationToken),
            caller,
            cancellationToken);
        return (string)made["id"]!;
    }

    // The same content again is the same version.
    private async Task<JsonNode> VersionAsync(string dataset, ImprovementRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var path = $"/v1/datasets/{dataset}/from_inferences";
        if (request.Select?.Output is not null || request.Select?.Filter is not null)
        {
            await RefuseUnknownMetricAsync(request.Goal!.Metric!, caller, cancellationToken);
            return await api.PostAsync(ServiceNames.Datasets, path, Selection(request, new JsonObject(), request.Select.Output), caller, cancellationToken);
        }

        var corrected = Selection(request, new JsonObject(), "demonstration");
        var trial = (JsonObject)corrected.DeepClone();
        trial["dry_run"] = true;
        var corrections = (int?)(await api.PostAsync(ServiceNames.Datasets, path, trial, caller, cancellationToken))["selected"] ?? 0;
        if (corrections >= EnoughCorrections)
        {
            await RefuseUnknownMetricAsync(request.Goal!.Metric!, caller, cancellationToken);
            return await api.PostAsync(ServiceNames.Datasets, path, corrected, caller, cancellationToken);
        }

        var good = new JsonObject { ["feedback"] = new JsonObject { ["metric"] = request.Goal!.Metric, ["equals"] = request.Goal.Optimize != "min" } };
        try
        {
            return await api.PostAsync(ServiceNames.Datasets, path, Selection(request, good, "inference"), caller, cancellationToken);
        }
        catch (ApiException exception) when (exception.Error.Param == "filter.feedback.metric" || exception.Error.Code == "no_items")
        {
            throw TooFewGood(request.Goal.Metric!, corrections);
        }
    }

    /// <summary>Corrections are learned from without it, but the canary would wait for its values in vain.</summary>
    private async Task RefuseUnknownMetricAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        var metrics = (await api.GetAsync(ServiceNames.Datasets, "/v1/feedback/metrics", caller, cancellationToken))["data"]!.AsArray();
        if (!metrics.Any(metric => (string?)metric!["name"] == name && (string?)metric["type"] is "boolean" or "float"))
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"There is no boolean or float metric '{name}' by which callers could say that answers became better: send feedback by it, or declare it by POST /v1/feedback/metrics.", "goal.metric", "unknown_metric"));
        }
    }

    private static JsonObject Selection(ImprovementRequest request, JsonObject condition, string? output)
    {
        var select = request.Select;
        var filter = select?.Filter is { } given ? (JsonObject)JsonNode.Parse(given.GetRawText())! : condition;
        filter["model"] ??= request.Route;
        var body = new JsonObject
        {
            ["filter"] = filter,
            ["output"] = output,
            ["curation"] = Parse(select?.Curation) ?? DefaultCuration(),
            ["split"] = Parse(select?.Split) ?? new JsonObject { [Trainable[0]] = 0.8, [Trainable[1]] = 0.1, [Trainable[2]] = 0.1, ["by"] = "near_duplicates", ["seed"] = 1 },
        };
        if (select?.Sample is { } sample)
        {
            body["sample"] = Parse(sample);
        }

        if (select?.Limit is { } limit)
        {
            body["limit"] = limit;
        }

        return body;
    }

    private static JsonArray DefaultCuration() =>
    [
        new JsonObject { ["step"] = "truncated" },
        new JsonObject { ["step"] = "refused" },
        new JsonObject { ["step"] = "conflicting_labels", ["keep"] = "majority" },
        new JsonObject { ["step"] = "exact_duplicates" },
    ];

    private static void RefuseUnusable(JsonNode version)
    {
        var (items, splits) = ((int)version["item_count"]!, version["splits"]!.AsObject());
        if (items < FewestItems)
        {
            throw TooFew(items);
        }

        if (Trainable.FirstOrDefault(split => !splits.ContainsKey(split)) is { } missing)
        {
            throw new ApiException(ApiErrors.BadRequest($"The version has no split '{missing}': 'select.split' has to give train, validation and test a share each.", "select.split"));
        }
    }

    private static ApiException TooFewGood(string metric, int corrections) => new(ApiErrors.BadRequest(
        $"Of the route's calls none is called good by '{metric}', and {corrections} have corrections, of which at least {EnoughCorrections} are needed: send feedback by the goal's metric, or demonstrations, by POST /v1/feedback, or choose other calls with 'select'.",
        "select",
        "too_few_calls"));

    private static ApiException TooFew(int items) => new(ApiErrors.BadRequest(
        $"Only {items} calls of the route can be learned from, and at least {FewestItems} are needed: send feedback by the goal's metric, or demonstrations, by POST /v1/feedback, or choose other calls with 'select'.",
        "select",
        "too_few_calls"));

    private void Describe(Improvement row, string dataset, JsonNode version)
    {
        var dropped = version["dropped"]!.AsObject();
        var left = dropped.Sum(reason => (int)reason.Value!);
        var items = (int)version["item_count"]!;
        row.End(ImprovementStep.Select, ImprovementStep.Completed, $"{items + left} calls", new JsonObject { ["calls"] = items + left, ["dataset_id"] = dataset }, writer.Now);
        row.End(ImprovementStep.Clean, ImprovementStep.Completed, $"{left} left out, {items} stay", new JsonObject { ["dropped"] = dropped.DeepClone() }, writer.Now);
        row.End(
            ImprovementStep.Split,
            ImprovementStep.Completed,
            string.Join(", ", version["splits"]!.AsObject().Select(split => $"{split.Key} {split.Value}")),
            new JsonObject { ["version_id"] = (string)version["id"]!, ["splits"] = version["splits"]!.DeepClone() },
            writer.Now);
    }

    private static JsonNode? Parse(JsonElement? element) => element is { } given ? JsonNode.Parse(given.GetRawText()) : null;
}
