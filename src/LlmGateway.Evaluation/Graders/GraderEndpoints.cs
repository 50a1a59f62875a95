using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Evaluation.Graders;

/// <summary>OpenAI's way to try a grader on one sample: the graders of evals, of all kinds.</summary>
internal static class GraderEndpoints
{
    private const int MaxBodyBytes = 2 << 20;

    /// <summary>Nothing is known of the item.</summary>
    private static readonly TemplateScope AnyItem = new(JsonText.Parse("{}"), hasSample: true);

    public static void MapGraders(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/fine_tuning/alpha/graders/run", RunAsync).WithName("RunGrader").WithSummary("Try a grader on a sample")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapPost("/v1/fine_tuning/alpha/graders/validate", ValidateAsync).WithName("ValidateGrader").WithSummary("Check a grader")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
    }

    private static async Task<IResult> RunAsync(
        JsonElement body, HttpContext http, GraderCatalog graders, TimeProvider time, CancellationToken cancellationToken)
    {
        var fields = JsonFields.Of(body, "").Only("grader", "item", "model_sample");
        var item = fields.FindObject("item")?.Element ?? JsonText.Parse("{}");
        var sample = new Sample(Sample.NoMessages, fields.Text("model_sample"), "");
        var grader = await graders.ReadOneAsync(fields.Object("grader"), AnyItem, cancellationToken);
        var caller = http.Caller();
        if (grader.CallsModels && !caller.Scopes.HasFlag(Scopes.Inference))
        {
            throw new ApiException(new ApiError(403, "insufficient_scope", "This grader calls models, for which its API key needs the scope 'inference'."));
        }

        var start = time.GetTimestamp();
        var (grade, exception) = await GradeAsync(grader, new GradedItem(new TemplateValues(item, sample.ForTemplates()), sample, caller), cancellationToken);
        return TypedResults.Json(
            GraderRunView.Of(grader, grade, GraderErrors.Of(grader, grade, exception), time.GetElapsedTime(start)), EvaluationJson.TypeInfo<GraderRunView>());
    }

    private static async Task<IResult> ValidateAsync(JsonElement body, GraderCatalog graders, CancellationToken cancellationToken)
    {
        var grader = JsonFields.Of(body, "").Only("grader").Object("grader");
        await graders.ReadOneAsync(grader, AnyItem, cancellationToken);
        return TypedResults.Json(new ValidatedGrader(grader.Element), EvaluationJson.TypeInfo<ValidatedGrader>());
    }

    /// <summary>What goes wrong with the item is told in the answer, as it would be that item's error in a run.</summary>
    private static async Task<(Grade Grade, Exception? Exception)> GradeAsync(IGrader grader, GradedItem item, CancellationToken cancellationToken)
    {
        try
        {
            return (await grader.GradeAsync(item, cancellationToken), null);
        }
        catch (ModelException exception)
        {
            return (Grade.Failed(exception), exception);
        }
        catch (TemplateException exception)
        {
            return (Grade.Failed(exception.Message), exception);
        }
    }
}

/// <summary>The answer to a grader's check: the grader itself.</summary>
internal sealed record ValidatedGrader(JsonElement Grader);
