using System.Text.Json.Nodes;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Makes the eval runs that measure: one for each probe, over the chosen items, graded as the run in question was.</summary>
internal sealed class ProbeRuns(EvaluationDbContext store, RunCreation creation)
{
    /// <summary>Makes those runs that are not there yet.</summary>
    /// <returns>The plan, with the reasons why a probe could not be run.</returns>
    public async Task<InsightPlan> CreateAsync(Insight insight, Eval eval, InsightPlan plan, FormatSettings? format, CancellationToken cancellationToken)
    {
        var made = await ExistingAsync(plan, cancellationToken);
        var items = await ItemsAsync(plan, cancellationToken);
        var probes = new List<PlannedProbe>();
        foreach (var probe in plan.Probes)
        {
            var isMissing = probe is { RunId: not null, Failure: null } && !made.Contains(probe.RunId);
            probes.Add(isMissing ? probe with { Failure = await TryCreateAsync(insight, eval, probe, items, format, cancellationToken) } : probe);
        }

        return plan with { Probes = probes };
    }

    private async Task<HashSet<string>> ExistingAsync(InsightPlan plan, CancellationToken cancellationToken)
    {
        var ids = plan.Probes.Select(probe => probe.RunId).OfType<string>().ToList();
        return [.. await store.Runs.Where(run => ids.Contains(run.Id)).Select(run => run.Id).ToListAsync(cancellationToken)];
    }

    private async Task<List<OutputItem>> ItemsAsync(InsightPlan plan, CancellationToken cancellationToken)
    {
        var ids = plan.Targets!.Select(target => target.OutputItemId).ToList();
        var rows = await store.OutputItems.AsNoTracking().Where(item => ids.Contains(item.Id)).ToDictionaryAsync(item => item.Id, cancellationToken);
        return [.. ids.Select(id => rows[id])];
    }

    private async Task<string?> TryCreateAsync(
        Insight insight, Eval eval, PlannedProbe probe, IReadOnlyList<OutputItem> items, FormatSettings? format, CancellationToken cancellationToken)
    {
        if (DataSource(probe, items, format) is not { } dataSource)
        {
            return "No answer that breaks the format has JSON in it.";
        }

        var body = new JsonObject
        {
            ["name"] = $"{probe.Kind} of {insight.Id}",
            ["metadata"] = new JsonObject { ["insight_id"] = insight.Id, ["probe"] = probe.Kind },
            ["data_source"] = dataSource,
        };
        try
        {
            await creation.CreateAsync(eval, JsonFields.Of(JsonText.Parse(body.ToJsonString()), ""), insight.Caller(), cancellationToken, probe.RunId);
        }
        catch (ApiException exception) when (exception.Error.Status < 500)
        {
            return exception.Message;
        }

        CrashPoint.Reach("evaluation.insight.run");
        return null;
    }

    private static JsonObject? DataSource(PlannedProbe probe, IReadOnlyList<OutputItem> items, FormatSettings? format)
    {
        if (probe.Kind != ProbeKind.FormatRepaired)
        {
            return DataSourceEdit.Of(probe.DataSource!).Over(new JsonArray([.. items.Select(item => Entry(item))]));
        }

        var repaired = items.Select(item => Repaired(item, format!)).ToList();
        return repaired.Exists(answer => answer.IsRepaired)
            ? DataSourceEdit.Of(probe.DataSource!).Over(new JsonArray([.. items.Zip(repaired, (item, answer) => Entry(item, answer.Text))]))
            : null;
    }

    private static JsonObject Entry(OutputItem item, string? answer = null)
    {
        var entry = new JsonObject { ["item"] = JsonNode.Parse(item.Item) };
        if (answer is not null)
        {
            entry["sample"] = new JsonObject { ["output_text"] = answer, ["model"] = "" };
        }

        return entry;
    }

    private static (string Text, bool IsRepaired) Repaired(OutputItem item, FormatSettings format)
    {
        var text = RecordedAnswer.Read(item.Sample).Text ?? "";
        return format.IsKept(text, []) == false && JsonRepair.Extract(text) is { } inner ? (inner, true) : (text, false);
    }
}
