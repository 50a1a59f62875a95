using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Spooling;

internal static partial class SpoolLog
{
    [LoggerMessage(1100, LogLevel.Error, "The spool is full ({Reason}): bodies are dropped, accounting goes to the reserve")]
    public static partial void SpoolFull(this ILogger logger, string reason);

    [LoggerMessage(1101, LogLevel.Information, "The spool has room again: bodies are kept")]
    public static partial void SpoolHasRoom(this ILogger logger);

    [LoggerMessage(1102, LogLevel.Critical, "Neither the disk nor memory takes accounting records any more: they are lost")]
    public static partial void AccountingLost(this ILogger logger);

    [LoggerMessage(1103, LogLevel.Warning, "Cut a torn tail of {Bytes} bytes from segment {Segment} at {Offset}")]
    public static partial void TornTail(this ILogger logger, long segment, long offset, long bytes);

    [LoggerMessage(1104, LogLevel.Error, "Damaged frame in segment {Segment} at {Offset}: {Bytes} bytes are passed over; the segment is set aside")]
    public static partial void DamagedFrame(this ILogger logger, long segment, long offset, long bytes);

    [LoggerMessage(1105, LogLevel.Warning, "Datasets does not take inferences ({Reason}): they wait in the spool")]
    public static partial void ShippingFails(this ILogger logger, string reason);

    [LoggerMessage(1106, LogLevel.Information, "Datasets takes inferences again")]
    public static partial void ShippingWorks(this ILogger logger);

    [LoggerMessage(1107, LogLevel.Information, "{Records} records stay in the spool until the next start")]
    public static partial void LeftForNextStart(this ILogger logger, long records);

    [LoggerMessage(1108, LogLevel.Error, "A finished call could not be recorded")]
    public static partial void NotRecorded(this ILogger logger, Exception exception);

    [LoggerMessage(1109, LogLevel.Error, "Datasets refuses a record ({Reason}): it is set aside in {Path}. See the log of Datasets for the cause; at the gateway's next start the records there are sent again")]
    public static partial void SetAside(this ILogger logger, string reason, string path);

    [LoggerMessage(1110, LogLevel.Information, "{Bytes} bytes of records that were refused before are sent again")]
    public static partial void QuarantineReleased(this ILogger logger, long bytes);

    [LoggerMessage(1111, LogLevel.Error, "The spool cannot be synced to the disk ({Reason}): a loss of power may take records")]
    public static partial void SyncFails(this ILogger logger, string reason);

    [LoggerMessage(1112, LogLevel.Warning, "{Calls} calls were under way when the gateway died: they are recorded as " + OpenCalls.ErrorCode + ", with what their providers served unknown")]
    public static partial void CallsLeftOpen(this ILogger logger, int calls);

    [LoggerMessage(1113, LogLevel.Error, "Calls under way cannot be noted ({Reason}): those that the gateway's death cuts short will not be accounted for")]
    public static partial void NotNoted(this ILogger logger, string reason);
}
