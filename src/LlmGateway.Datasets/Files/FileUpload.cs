using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LlmGateway.Datasets.Files;

/// <summary>Takes one upload: the content first, as it comes, then the row. Whatever goes wrong before the row leaves nothing.</summary>
internal sealed class FileUpload(IFileStore store, DatasetsDbContext context, TimeProvider time)
{
    /// <summary>The largest file with room for the other fields, the boundaries and the frames of chunks, which the server counts too.</summary>
    public const long MaxBodyBytes = UploadStream.MaxBytes + (16 << 20);

    /// <summary>Longest time that an upload may take: contents without a row are swept after <see cref="FileSweep.OrphanAge"/>.</summary>
    private static readonly TimeSpan MaxDuration = FileSweep.OrphanAge / 2;

    private const int MaxFilenameLength = 255;
    private const int MaxBoundaryLength = 200;

    private UploadForm _form = new(byService: false);
    private UploadedContent? _content;
    private bool _stored;

    /// <exception cref="ApiException">The upload is malformed (400) or too large (413).</exception>
    public async Task<StoredFile> TakeAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        _form = new UploadForm(byService: caller.Purpose != Caller.Production);
        using var limit = new CancellationTokenSource(MaxDuration, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var now = time.GetUtcNow();
        var id = RowIds.New(StoredFile.IdPrefix, now);
        try
        {
            await ReadAsync(new MultipartReader(BoundaryOf(request), request.Body), id, ended.Token);
            var file = Describe(id, caller.ProjectId, now);
            context.Files.Add(file);
            await context.SaveChangesAsync(ended.Token);
            _stored = true;
            return file;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new ApiException(new ApiError(StatusCodes.Status408RequestTimeout, "upload_too_slow", $"An upload may take {MaxDuration.TotalHours:0} hours.", "file"));
        }
        finally
        {
            if (!_stored && _content is not null)
            {
                await store.DeleteAsync(id, CancellationToken.None);
            }
        }
    }

    private async Task ReadAsync(MultipartReader reader, string id, CancellationToken cancellationToken)
    {
        while (await NextAsync(reader, cancellationToken) is { } section)
        {
            var disposition = section.GetContentDispositionHeader();
            var name = HeaderUtilities.RemoveQuotes(disposition?.Name ?? default).ToString();
            if (name == "file")
            {
                await ReadFileAsync(id, FilenameOf(disposition!), section.Body, cancellationToken);
            }
            else
            {
                await _form.ReadAsync(name, section.Body, cancellationToken);
            }
        }
    }

    private async Task ReadFileAsync(string id, string filename, Stream body, CancellationToken cancellationToken)
    {
        if (_content is not null)
        {
            throw Bad("Invalid 'file': expected one file an upload.", "file");
        }

        using var content = new UploadStream(body);
        await store.WriteAsync(id, content, cancellationToken);
        _content = new UploadedContent(filename, content.Count, content.Sha256());
    }

    private StoredFile Describe(string id, string project, DateTimeOffset now)
    {
        var content = _content ?? throw Bad("Missing required parameter: 'file'.", "file");
        var expiry = _form.Expiry;
        return new StoredFile
        {
            Id = id,
            ProjectId = project,
            Filename = content.Filename,
            Purpose = _form.Purpose,
            Bytes = content.Bytes > 0 ? content.Bytes : throw Bad("Invalid 'file': it is empty.", "file"),
            Sha256 = content.Sha256,
            CreatedAtMicros = UnixMicros.Of(now),
            ExpiresAtMicros = expiry is { } after ? UnixMicros.Of(now + after) : null,
        };
    }

    private static string BoundaryOf(HttpRequest request)
    {
        var isForm = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        var boundary = HeaderUtilities.RemoveQuotes(type?.Boundary ?? default).ToString();
        return isForm && boundary.Length is > 0 and <= MaxBoundaryLength
            ? boundary
            : throw Bad("Expected a body of multipart/form-data with 'file' and 'purpose'.", "file");
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new ApiException(UploadForm.BrokenOff());
        }
    }

    private static string FilenameOf(ContentDispositionHeaderValue disposition)
    {
        var star = disposition.FileNameStar;
        var name = HeaderUtilities.RemoveQuotes(star.HasValue ? star : disposition.FileName).ToString();
        return name.Length is > 0 and <= MaxFilenameLength && !name.Any(char.IsControl)
            ? name
            : throw Bad($"Invalid 'file': expected a file with a name of 1 to {MaxFilenameLength} characters.", "file");
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));

    private sealed record UploadedContent(string Filename, long Bytes, string Sha256);
}
