using PortPortal.Engine.Accounts;

namespace PortPortal.Components.Live;

/// <summary>Calls back whenever accounts, sign-ins or keys change, until disposed.</summary>
internal sealed class AccountWatch : IDisposable
{
    private readonly AccountDirectory _directory;
    private readonly Action _changed;

    public AccountWatch(AccountDirectory directory, Action changed)
    {
        (_directory, _changed) = (directory, changed);
        _directory.Changed += _changed;
    }

    public void Dispose() => _directory.Changed -= _changed;
}
