namespace LlmGateway.TestKit.Telemetry;

/// <summary>
/// The parts of OTLP's protobuf messages that tests look at; field numbers are those of opentelemetry-proto 1.x
/// (<see href="https://github.com/open-telemetry/opentelemetry-proto"/>).
/// </summary>
internal static class OtlpReader
{
    private const int Resource = 1;
    private const int Scopes = 2;
    private const int Items = 2;

    public static List<OtlpSpan> ReadSpans(byte[] body) => Read(body, (service, scope, span) => new OtlpSpan(
        service, scope, span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), Attributes(span, 9), [.. span.Messages(13).Select(link => link.Hex(1))]));

    public static List<OtlpMetric> ReadMetrics(byte[] body) => Read(body, (service, _, metric) => new OtlpMetric(
        service, metric.Text(1), metric.Text(3), [.. Points(metric)]));

    public static List<OtlpLog> ReadLogs(byte[] body) => Read(body, (service, _, log) => new OtlpLog(
        service, log.Messages(5).FirstOrDefault()?.Text(1) ?? "", log.Hex(9)));

    /// <summary>Resource, scope, item: the three messages are built alike.</summary>
    private static List<T> Read<T>(byte[] body, Func<string, string, ProtobufMessage, T> make)
    {
        List<T> items = [];
        foreach (var resource in ProtobufMessage.Parse(body).Messages(1))
        {
            var service = Attributes(resource.Messages(Resource).First(), 1).GetValueOrDefault("service.name", "");
            foreach (var scope in resource.Messages(Scopes))
            {
                var name = scope.Messages(1).FirstOrDefault()?.Text(1) ?? "";
                items.AddRange(scope.Messages(Items).Select(item => make(service, name, item)));
            }
        }

        return items;
    }

    /// <summary>Gauge, sum and histogram hold their points alike, but a histogram's attributes have another number.</summary>
    private static IEnumerable<IReadOnlyDictionary<string, string>> Points(ProtobufMessage metric) =>
        new[] { (Kind: 5, Attributes: 7), (Kind: 7, Attributes: 7), (Kind: 9, Attributes: 9) }.SelectMany(form =>
            metric.Messages(form.Kind).SelectMany(data => data.Messages(1)).Select(point => Attributes(point, form.Attributes)));

    private static Dictionary<string, string> Attributes(ProtobufMessage message, int field)
    {
        Dictionary<string, string> attributes = [];
        foreach (var pair in message.Messages(field))
        {
            attributes[pair.Text(1)] = pair.Messages(2).FirstOrDefault()?.Value ?? "";
        }

        return attributes;
    }
}
