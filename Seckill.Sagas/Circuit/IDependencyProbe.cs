namespace Seckill.Sagas.Circuit;

/// <summary>Asks a server, without which no order gets on, whether it works.</summary>
public interface IDependencyProbe
{
    /// <summary>What people call it: <c>mysql</c>, <c>redis</c>.</summary>
    string Name { get; }

    /// <summary>Returns when the server does what orders need of it.</summary>
    /// <exception cref="Exception">It does not.</exception>
    Task ProbeAsync(CancellationToken cancellationToken);
}
