using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace LlmGateway.Console.Parts;

/// <summary>
/// A part of a page that goes by the address' query. Only pages may have <see cref="SupplyParameterFromQueryAttribute"/>: a part that comes or
/// goes while the framework tells of a changed query breaks its list of those that are told, and with it the page.
/// </summary>
public abstract class Addressed : ComponentBase, IDisposable
{
    [Inject]
    protected NavigationManager Address { get; set; } = null!;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Address.LocationChanged -= OnChanged;

    protected override void OnInitialized() => Address.LocationChanged += OnChanged;

    /// <summary>A parameter of the query; null where there is none.</summary>
    protected string? Query(string name) =>
        QueryHelpers.ParseQuery(new Uri(Address.Uri).Query).TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Called when the address is another one, before the part is drawn again.</summary>
    protected virtual Task OnAddressAsync() => Task.CompletedTask;

    private void OnChanged(object? sender, LocationChangedEventArgs args) => _ = InvokeAsync(async () =>
    {
        try
        {
            var work = OnAddressAsync();
            StateHasChanged();
            await work;
            StateHasChanged();
        }
        catch (Exception exception)
        {
            // Nobody awaits this.
            await DispatchExceptionAsync(exception);
        }
    });
}
