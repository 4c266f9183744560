using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace Seckill.Bench.Load;

/// <summary>
/// Which of many sockets have something to read, for one thread that serves them all: Linux's epoll (epoll(7)). The runtime's own way wakes two threads for each
/// answer, which on a machine that the load shares with the servers costs more than the answer.
/// </summary>
sealed partial class Readiness : IDisposable
{
    const string Library = "libc";
    const int CloseOnExec = 0x80000;
    const int Add = 1;
    const uint Input = 1;
    const int EventsAtOnce = 256;
    const int Interrupted = 4;

    // struct epoll_event is packed where the kernel has 32-bit callers with another alignment: there its data follows the events at once.
    static readonly int s_dataAt = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    static readonly int s_eventSize = s_dataAt + sizeof(ulong);

    readonly SafeFileHandle _queue;
    readonly byte[] _events = new byte[EventsAtOnce * s_eventSize];

    public Readiness()
    {
        _queue = new SafeFileHandle(epoll_create1(CloseOnExec), ownsHandle: true);
        if (_queue.IsInvalid)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Watches a socket, until it is closed.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="number">What it is called in answers.</param>
    public void Watch(Socket socket, int number)
    {
        Span<byte> wanted = stackalloc byte[s_eventSize];
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, Input);
        BinaryPrimitives.WriteUInt64LittleEndian(wanted[s_dataAt..], (ulong)number);
        if (epoll_ctl(_queue, Add, (int)socket.Handle, ref MemoryMarshal.GetReference(wanted)) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>The numbers of those that have something to read, or have fallen; waits until there is one, no longer than told.</summary>
    /// <param name="numbers">Cleared, and filled.</param>
    /// <param name="milliseconds">How long to wait.</param>
    public void Wait(List<int> numbers, int milliseconds)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        numbers.Clear();
        var count = epoll_wait(_queue, ref _events[0], EventsAtOnce, milliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() is not Interrupted and var error)
            throw new Win32Exception(error);

        for (var i = 0; i < count; i++)
            numbers.Add((int)BinaryPrimitives.ReadUInt64LittleEndian(_events.AsSpan(i * s_eventSize + s_dataAt)));
    }

    public void Dispose() => _queue.Dispose();

    [LibraryImport(Library, SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int epoll_ctl(SafeFileHandle queue, int operation, int socket, ref byte wanted);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int epoll_wait(SafeFileHandle queue, ref byte events, int most, int milliseconds);
}
