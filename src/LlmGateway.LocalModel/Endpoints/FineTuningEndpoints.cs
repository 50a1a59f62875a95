using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.LocalModel;

/// <summary>OpenAI's fine-tuning API, so that one client trains here and at OpenAI.</summary>
internal static partial class FineTuningEndpoints
{
    /// <summary>64 KB.</summary>
    private const int MaxBodyBytes = 64 << 10;
    private const int MostSeed = int.MaxValue;

    public static void MapFineTuning(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("fine_tuning/jobs", CreateAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet("fine_tuning/jobs", (HttpContext context, LocalJobs jobs) =>
            Page(context, jobs.NewestFirst().Select(job => job.Job), job => job.Id));
        routes.MapGet("fine_tuning/jobs/{id}", (string id, LocalJobs jobs) => Json(Find(jobs, id)));
        routes.MapPost("fine_tuning/jobs/{id}/cancel", Cancel);
        routes.MapGet("fine_tuning/jobs/{id}/events", (string id, HttpContext context, LocalJobs jobs, JobFolder folder) =>
            Page(context, folder.Events(Find(jobs, id).Id).AsEnumerable().Reverse(), one => one.Id));
        routes.MapGet("fine_tuning/jobs/{id}/checkpoints", (string id, HttpContext context, LocalJobs jobs, JobFolder folder, LearnedModels models) =>
            Page(context, folder.Checkpoints(Find(jobs, id).Id).Where(one => models.Has(one.FineTunedModelCheckpoint)).Reverse(), one => one.Id));
    }

    private static async Task<IResult> CreateAsync(HttpContext context, LocalJobs jobs, TrainingFiles files, TimeProvider time)
    {
        var body = await RequestBody.ReadAsync(context);
        body.Model("chat");
        var request = Read(body);
        var hyperparameters = HyperparameterReader.Read(request);
        var id = $"ftjob-{Guid.CreateVersion7():N}";
        var job = new FineTuningJob
        {
            Id = id,
            CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            Hyperparameters = hyperparameters,
            Method = new FineTuningMethod { Type = "supervised", Supervised = new FineTuningMethodSettings { Hyperparameters = hyperparameters } },
            Model = "chat",
            OrganizationId = "local",
            Status = FineTuningStatus.ValidatingFiles,
            TrainingFile = Known(files, request.TrainingFile, "training_file") ?? throw RequestBody.Bad("Missing required parameter: 'training_file'.", "training_file"),
            ValidationFile = Known(files, request.ValidationFile, "validation_file"),
            Seed = body.Whole("seed", 0, MostSeed) ?? 0,
            Metadata = request.Metadata,
        };
        jobs.Add(new LocalJob(job, $"ft:chat:local:{Suffix(request.Suffix)}:{id[^12..]}"));
        return Json(job);
    }

    private static FineTuningJobRequest Read(RequestBody body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Bytes, OpenAIJson.TypeInfo<FineTuningJobRequest>())!;
        }
        catch (JsonException exception)
        {
            throw RequestBody.Bad($"Invalid type at '{exception.Path}'.", exception.Path?.TrimStart('$', '.'));
        }
    }

    private static string? Known(TrainingFiles files, string? id, string param) =>
        id is null || files.Find(id) is not null ? id
        : throw RequestBody.Bad($"The file '{id}' does not exist here: upload it with the purpose 'fine-tune'.", param);

    private static string Suffix(string? suffix) => suffix is null || SuffixPattern().IsMatch(suffix) ? suffix ?? ""
        : throw RequestBody.Bad("Invalid 'suffix': expected 1 to 64 letters, digits, '-', '_' and '.'.", "suffix");

    private static IResult Cancel(string id, LocalJobs jobs)
    {
        var job = Find(jobs, id);
        return jobs.TryCancel(id) ? Json(Find(jobs, id))
            : ApiErrors.BadRequest($"The job '{id}' has ended ({job.Status}) and cannot be cancelled.", "fine_tuning_job_id", "invalid_state");
    }

    private static FineTuningJob Find(LocalJobs jobs, string id) => jobs.Find(id)?.Job
        ?? throw new ApiException(ApiErrors.NotFound($"Could not find fine tune: {id}", "fine_tuning_job_id", "fine_tune_not_found"));

    private static JsonHttpResult<ListPage<T>> Page<T>(HttpContext context, IEnumerable<T> newestFirst, Func<T, string> id) =>
        TypedResults.Json(NewestPage.Of(context, newestFirst, id), OpenAIJson.TypeInfo<ListPage<T>>());

    private static JsonHttpResult<FineTuningJob> Json(FineTuningJob job) => TypedResults.Json(job, OpenAIJson.TypeInfo<FineTuningJob>());

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$")]
    private static partial Regex SuffixPattern();
}
