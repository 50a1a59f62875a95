using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Spooling;

/// <summary>Section <c>Gateway:Spool</c>: where finished calls wait for Datasets.</summary>
public sealed class SpoolOptions : IValidatableObject
{
    public const string Section = "Gateway:Spool";

    /// <summary>
    /// The folder, which one process at a time may use. By default <c>spool</c> in the data folder, or, where a replica on
    /// the same data folder has that one, <c>spool-2</c> and so on.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>A segment file ends before this size, in bytes. Default 64 MB, at least 4 KB.</summary>
    [Range(4 << 10, 1 << 30)]
    public int SegmentBytes { get; set; } = 64 << 20;

    /// <summary>Size of all segments, in bytes, above which bodies are dropped. Default 2 GB, at least twice <see cref="SegmentBytes"/>.</summary>
    [Range(8L << 10, long.MaxValue)]
    public long MaxBytes { get; set; } = 2L << 30;

    /// <summary>Space kept beside <see cref="MaxBytes"/> for records without bodies, in bytes. Default 64 MB, about 200,000 records.</summary>
    [Range(4 << 10, 1 << 30)]
    public int ReserveBytes { get; set; } = 64 << 20;

    /// <summary>Size of the file for records that Datasets refuses, in bytes. Default 64 MB. When it is full, shipping waits.</summary>
    [Range(0, 1 << 30)]
    public int QuarantineBytes { get; set; } = 64 << 20;

    /// <summary>How often appended records are brought to the disk itself, in the background. Default 1 s; 0 leaves it to the system.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a batch that is not full waits for more. Default 100 ms, at most 200 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.200")]
    public TimeSpan BatchDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>One attempt to ship a batch is given up after this time. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the shipper goes on after the server stopped taking requests. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxBytes < 2L * SegmentBytes)
        {
            yield return new ValidationResult($"{Section}:MaxBytes must be at least twice SegmentBytes.", [nameof(MaxBytes)]);
        }
    }
}
