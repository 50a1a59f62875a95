using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Decides which probes are measured, each with its change of the run's data source, and says what the others need.</summary>
internal sealed class ProbePlanner(ProbeSettings settings, Run run, bool asksModel, TimeProvider time)
{
    private const int PassagesFactor = 4;
    private const int MostPassages = 64;

    private readonly DataSourceEdit _source = DataSourceEdit.OfRun(run);

    public IReadOnlyList<PlannedProbe> Plan() =>
    [
        Look(ProbeKind.Human, settings.Human is not null, "human: a field, a testing criterion or an annotation queue that tells whether a person holds the answer for right"),
        Look(ProbeKind.Retrieved, settings.Ids is not null || (settings.OracleContext is not null && asksModel), "relevant and retrieved: the paths of the gold passages' ids and of the retrieved ones"),
        Look(ProbeKind.Format, settings.Format is not null, "format: a schema, or a testing criterion that checks the form"),
        Ask(ProbeKind.Repeat, _source, ""),
        Repair(),
        Ask(ProbeKind.FormatAsked, AskedFormat(), "format: a schema, or an instruction beside the testing criterion; an instruction needs input_messages as a template"),
        Ask(ProbeKind.OracleContext, Oracle(), "oracle_context: the field that holds the gold passages"),
        Ask(ProbeKind.ClosedBook, WithoutContext(), "closed_book: true; and a run with a context block, or context: the reference that stands for it in the messages"),
        Ask(ProbeKind.FewShot, settings.FewShot is { } block ? _source.Put(FewShotBlock.Name, block) : null, "few_shot: a dataset of examples, as a run's few_shot block"),
        Ask(ProbeKind.Retrieval, Retrieval(), "retrieval: a dataset of passages, as a run's context block"),
        Ask(ProbeKind.FewerPassages, Fewer(), "a run with a context block of more than one passage"),
    ];

    private static PlannedProbe Look(string kind, bool isGiven, string needs) => new(kind, null, null, isGiven ? null : needs);

    private PlannedProbe Ask(string kind, DataSourceEdit? changed, string needs) =>
        !asksModel ? new PlannedProbe(kind, null, null, "a run that asks a model with input_messages: recorded answers cannot be asked otherwise")
        : changed is null ? new PlannedProbe(kind, null, null, needs)
        : new PlannedProbe(kind, RowIds.New(IdPrefixes.Run, time.GetUtcNow()), changed.Json, null);

    private PlannedProbe Repair() => settings.Format?.Schema is null
        ? new PlannedProbe(ProbeKind.FormatRepaired, null, null, "format: a schema")
        : new PlannedProbe(ProbeKind.FormatRepaired, RowIds.New(IdPrefixes.Run, time.GetUtcNow()), """{"type":"jsonl"}""", null);

    private DataSourceEdit? AskedFormat()
    {
        if (settings.Format is not { } format || (format.Schema is null && format.Instruction is null) || (format.Instruction is not null && !_source.HasTemplate))
        {
            return null;
        }

        var asked = format.Schema is { } schema ? _source.AskFor(schema) : _source;
        return format.Instruction is { } words ? asked.Instruct(words) : asked;
    }

    private DataSourceEdit? Oracle()
    {
        if (settings.OracleContext is not { } gold)
        {
            return null;
        }

        return settings.Context is { } context && _source.RefersTo(context)
            ? _source.Replace(context, gold.Text)
            : _source.Put(ContextBlock.Name, GivenPassages(gold.Text));
    }

    private static JsonElement GivenPassages(string passages) => JsonText.Parse(new JsonObject { ["passages"] = passages }.ToJsonString());

    private DataSourceEdit? WithoutContext() =>
        !settings.ClosedBook ? null
        : _source.HasBlock(ContextBlock.Name) ? _source.Drop(ContextBlock.Name)
        : settings.Context is { } context && _source.RefersTo(context) ? _source.Replace(context, "")
        : null;

    private DataSourceEdit? Retrieval() =>
        settings.Retrieval is { } block ? _source.Put(ContextBlock.Name, block)
        : _source.RetrievedPassages is { } passages and < MostPassages ? _source.Retrieve(Math.Min(MostPassages, passages * PassagesFactor))
        : null;

    private DataSourceEdit? Fewer() =>
        _source.RetrievedPassages is { } passages and > 1 ? _source.Retrieve(Math.Max(1, passages / PassagesFactor)) : null;
}
