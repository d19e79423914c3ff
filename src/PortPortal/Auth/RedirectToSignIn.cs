using Microsoft.AspNetCore.Components;

namespace PortPortal.Auth;

/// <summary>Stands where a page would be that nobody is signed in for: leads to the sign-in page and back.</summary>
public sealed class RedirectToSignIn : ComponentBase
{
    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override void OnInitialized() =>
        Navigation.NavigateTo(LocalReturn.SignInPage("/" + Navigation.ToBaseRelativePath(Navigation.Uri)), forceLoad: true);
}
