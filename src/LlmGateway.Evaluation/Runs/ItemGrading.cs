using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Samples an item and has it graded. What goes wrong with one item is that item's error, and nobody else's.</summary>
internal sealed partial class ItemGrading(ISampler sampler, IReadOnlyList<IGrader> graders, Caller caller, ILogger logger)
{
    public async Task<ItemOutcome> GradeAsync(SourcedItem item, CancellationToken cancellationToken)
    {
        Sample? sample;
        try
        {
            sample = await sampler.SampleAsync(item, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new ItemOutcome(null, Explain(exception, item.Index, "sampling"), []);
        }

        var seen = new GradedItem(new TemplateValues(item.Item, sample?.ForTemplates()), sample, caller);
        var grades = new List<(IGrader, Grade)>(graders.Count);
        foreach (var grader in graders)
        {
            grades.Add((grader, await GradeAsync(grader, seen, item.Index, cancellationToken)));
        }

        return new ItemOutcome(sample, null, grades);
    }

    private async Task<Grade> GradeAsync(IGrader grader, GradedItem seen, int index, CancellationToken cancellationToken)
    {
        try
        {
            return await grader.GradeAsync(seen, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Grade.Failed(Explain(exception, index, grader.Name).Message);
        }
    }

    private ApiFault Explain(Exception exception, int index, string step)
    {
        switch (exception)
        {
            case ModelException model:
                return new ApiFault(model.Code, model.Message);
            case TemplateException:
                return new ApiFault("template_error", exception.Message);
            default:
                LogUnforeseen(exception, index, step);
                return new ApiFault("internal_error", "The server had an error. Its log has the details.");
        }
    }

    [LoggerMessage(1400, LogLevel.Error, "Item {Index}: {Step} failed")]
    private partial void LogUnforeseen(Exception exception, int index, string step);
}
