using System.Globalization;
using System.Text;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Files;

/// <summary>The fields that stand beside the file in an upload, in whatever order they come.</summary>
/// <param name="byService">Whether a service of this system uploads: what batches and trainings have brought about, only they can say.</param>
internal sealed class UploadForm(bool byService)
{
    private const string Anchor = "expires_after[anchor]";
    private const string Seconds = "expires_after[seconds]";
    private const int MaxFieldBytes = 1024;
    private const int MinExpirySeconds = 3600;
    private const int MaxExpirySeconds = 30 * 24 * 3600;

    /// <summary>OpenAI's: files of a batch expire unless something else is asked for.</summary>
    private static readonly TimeSpan BatchExpiry = TimeSpan.FromDays(30);

    private static readonly string[] Purposes = ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"];

    /// <summary>What only services of this system make.</summary>
    private static readonly string[] OwnPurposes = ["batch_output", "fine-tune-results"];

    private readonly Dictionary<string, string> _fields = [];

    /// <summary>What the file is for.</summary>
    /// <exception cref="ApiException">It is missing or unknown (400).</exception>
    public string Purpose => !_fields.TryGetValue("purpose", out var purpose)
        ? throw Bad("Missing required parameter: 'purpose'.", "purpose")
        : Purposes.Contains(purpose) || (byService && OwnPurposes.Contains(purpose)) ? purpose
        : throw Bad($"Invalid 'purpose': expected one of {string.Join(", ", Purposes)}.", "purpose");

    /// <summary>How long after its upload the file expires; null for never.</summary>
    /// <exception cref="ApiException">It is out of range (400).</exception>
    public TimeSpan? Expiry
    {
        get
        {
            if (!_fields.ContainsKey(Anchor) && !_fields.ContainsKey(Seconds))
            {
                return Purpose == "batch" ? BatchExpiry : null;
            }

            if (_fields.GetValueOrDefault(Anchor) != "created_at")
            {
                throw Bad("Invalid 'expires_after[anchor]': expected 'created_at'.", Anchor);
            }

            return int.TryParse(_fields.GetValueOrDefault(Seconds), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds is >= MinExpirySeconds and <= MaxExpirySeconds
                ? TimeSpan.FromSeconds(seconds)
                : throw Bad($"Invalid 'expires_after[seconds]': expected an integer from {MinExpirySeconds} to {MaxExpirySeconds}.", Seconds);
        }
    }

    /// <summary>Takes a field's value.</summary>
    /// <exception cref="ApiException">The field is unknown, comes twice or is too long (400).</exception>
    public async Task ReadAsync(string name, Stream value, CancellationToken cancellationToken)
    {
        if (name is not ("purpose" or Anchor or Seconds))
        {
            throw Bad($"Unknown parameter: '{name}'. An upload has 'file', 'purpose', '{Anchor}' and '{Seconds}'.", name);
        }

        using var content = new UploadStream(value);
        var buffer = new byte[MaxFieldBytes + 1];
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (read > MaxFieldBytes || !_fields.TryAdd(name, Encoding.UTF8.GetString(buffer, 0, read)))
        {
            throw Bad($"Invalid '{name}': expected once, and short.", name);
        }
    }

    public static ApiError BrokenOff() => ApiErrors.BadRequest(
        "The upload broke off: the body must be multipart/form-data and end with its last boundary.", "file");

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
