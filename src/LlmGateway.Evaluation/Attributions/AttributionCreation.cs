using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Makes attributions: the base, each change and the whole stack must be good runs before there is one.</summary>
internal sealed class AttributionCreation(
    EvaluationDbContext store, EvalDefinitions definitions, RunCreation runs, AttributionWorker worker, TimeProvider time)
{
    private const int MaxNameLength = 500;
    private const int MaxIdLength = 64;

    /// <exception cref="ApiException">The request is malformed (400), or something that it names is not there (404).</exception>
    public async Task<Attribution> CreateAsync(JsonFields fields, Caller caller, CancellationToken cancellationToken)
    {
        fields.Only(AttributionRequest.Members);
        var eval = await store.GetEvalAsync(caller.ProjectId, fields.Text("eval_id", MaxIdLength), cancellationToken);
        var plan = AttributionRequest.Read(fields, (await definitions.ReadAsync(eval, cancellationToken)).Graders);
        var pinned = await PinAsync(eval, plan, caller, cancellationToken);
        await PrepareAsync(eval, pinned, pinned.ToDesign().Everything, "changes", caller, cancellationToken);
        var id = RowIds.New(IdPrefixes.Attribution, time.GetUtcNow());
        var attribution = new Attribution
        {
            Id = id,
            Status = RunStatus.Queued,
            ProjectId = eval.ProjectId,
            KeyId = caller.KeyId,
            EvalId = eval.Id,
            Name = fields.FindText("name", MaxNameLength) ?? id,
            Plan = pinned.Write(),
            CreatedAt = time.NowMicros(),
        };
        store.Attributions.Add(attribution);
        await store.SaveChangesAsync(cancellationToken);
        worker.Wake();
        return attribution;
    }

    /// <summary>Tries the base and each change alone, and names the versions of the datasets that they would have.</summary>
    private async Task<AttributionPlan> PinAsync(Eval eval, AttributionPlan plan, Caller caller, CancellationToken cancellationToken)
    {
        var alone = await PrepareAsync(eval, plan, 0, "base", caller, cancellationToken);
        plan = plan with { Source = alone.GetProperty("source"), Base = Pinned(plan.Base, alone) };
        var changes = new List<Change>();
        foreach (var (index, change) in plan.Changes.Index())
        {
            var tried = await PrepareAsync(eval, plan, 1 << index, $"changes[{index}].set", caller, cancellationToken);
            changes.Add(change with { Set = Pinned(change.Set, tried) });
        }

        return plan with { Changes = changes };
    }

    /// <returns>The run's data source, pinned.</returns>
    private async Task<JsonElement> PrepareAsync(
        Eval eval, AttributionPlan plan, int combination, string field, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return JsonText.Parse((await runs.PrepareAsync(eval, RunRequest.Of(plan.Stack().DataSource(combination)), caller, cancellationToken)).DataSource);
        }
        catch (ApiException exception)
        {
            var with = combination == 0 ? "The base" : $"The base with {string.Join(" and ", plan.Names(combination).Select(name => $"'{name}'"))}";
            throw new ApiException(exception.Error with { Message = $"{with}: {exception.Message}", Param = Place(exception.Error.Param, field) });
        }
    }

    /// <summary>A run's field as this request has it.</summary>
    private static string Place(string? param, string field) =>
        param is null || !param.StartsWith("data_source.", StringComparison.Ordinal) ? field
        : param["data_source.".Length..] is var member && member.StartsWith("source", StringComparison.Ordinal) ? member
        : $"{field}.{member}";

    private static JsonElement Pinned(JsonElement part, JsonElement dataSource)
    {
        var node = JsonNode.Parse(part.GetRawText())!;
        foreach (var block in (string[])[FewShotBlock.Name, ContextBlock.Name])
        {
            if (node[block] is JsonObject fields)
            {
                fields["version"] = dataSource.GetProperty(block).GetProperty("version").GetString();
            }
        }

        return JsonText.Parse(node.ToJsonString());
    }
}
