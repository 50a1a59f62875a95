using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.LocalModel;

/// <summary>Files to train on: POST files, GET files, GET files/{id}.</summary>
internal static class FileEndpoints
{
    /// <summary>100 MB.</summary>
    private const long MaxBytes = 100 << 20;

    /// <summary>The parts' own headers.</summary>
    private const long MultipartBytes = 64 << 10;

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("files", UploadAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBytes + MultipartBytes));
        routes.MapGet("files", List);
        routes.MapGet("files/{id}", (string id, TrainingFiles files) =>
            Json(files.Find(id) ?? throw new ApiException(ApiErrors.NotFound($"No such File object: {id}", "id"))));
    }

    private static async Task<IResult> UploadAsync(HttpContext context, TrainingFiles files)
    {
        if (!context.Request.HasFormContentType)
        {
            throw RequestBody.Bad("Send the file as multipart/form-data with the parts 'purpose' and 'file'.", "file");
        }

        var form = await ReadFormAsync(context);
        var purpose = form["purpose"].ToString();
        if (purpose != "fine-tune")
        {
            throw RequestBody.Bad($"Invalid 'purpose': the local model takes files of the purpose 'fine-tune' only, and got '{purpose}'.", "purpose");
        }

        if (form.Files["file"] is not { } file)
        {
            throw RequestBody.Bad("Missing required parameter: 'file'.", "file");
        }

        await using var content = file.OpenReadStream();
        return Json(await files.SaveAsync(content, Path.GetFileName(file.FileName), purpose, context.RequestAborted));
    }

    private static async Task<IFormCollection> ReadFormAsync(HttpContext context)
    {
        try
        {
            return await new FormFeature(context.Request, new FormOptions { MultipartBodyLengthLimit = MaxBytes }).ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException exception)
        {
            throw RequestBody.Bad($"The multipart body could not be read: {exception.Message} A file has at most {MaxBytes} bytes.", "file");
        }
    }

    private static JsonHttpResult<ListPage<TrainingFileInfo>> List(HttpContext context, TrainingFiles files) =>
        TypedResults.Json(NewestPage.Of(context, files.NewestFirst(), file => file.Id), LocalJsonContext.Default.ListPageTrainingFileInfo);

    private static JsonHttpResult<TrainingFileInfo> Json(TrainingFileInfo file) => TypedResults.Json(file, LocalJsonContext.Default.TrainingFileInfo);
}
