using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>Opens a file in the format that a request names.</summary>
internal static class FileImport
{
    public const string OpenAI = "openai";
    public const string Preference = "openai_preference";
    public const string Reinforcement = "openai_reinforcement";
    public const string Csv = "csv";
    public const string Refuse = "refuse";
    public const string Skip = "skip";

    public static readonly IReadOnlyList<string> Formats = [OpenAI, Preference, Reinforcement, Csv];

    /// <summary>Purposes of files that may hold items: OpenAI's for data, and for what has no other.</summary>
    private static readonly string[] Purposes = ["fine-tune", "evals", "user_data", "assistants"];

    /// <exception cref="ApiException">The file is for something else (400).</exception>
    public static IItemSource Open(IFileStore files, StoredFile file, VersionSource source)
    {
        if (!Purposes.Contains(file.Purpose))
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"The file '{file.Id}' has the purpose '{file.Purpose}'; a dataset's file has one of {string.Join(", ", Purposes)}.", "source.file_id", "invalid_purpose"));
        }

        var skipsErrors = source.OnError == Skip;
        return source.Format == Csv
            ? new CsvSource(files, file, source.Columns!, (source.Delimiter ?? CsvColumns.Delimiters[0])[0], skipsErrors)
            : new FileSource(files, file, ParserOf(source.Format), skipsErrors);
    }

    private static Func<byte[], int, ItemDraft> ParserOf(string? format) => format switch
    {
        OpenAI => OpenAILines.Supervised,
        Preference => OpenAILines.Preference,
        Reinforcement => OpenAILines.Reinforcement,
        _ => LineParser.Parse,
    };
}
