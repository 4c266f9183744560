using System.Data.Common;
using System.Net.Sockets;

using MySqlConnector;

namespace Seckill.Ledger;

/// <summary>Sorts MySQL's errors by what can be done about them. Numbers: MySQL 8.0 Error Message Reference.</summary>
public static class MySqlFaults
{
    /// <summary>ER_DUP_ENTRY.</summary>
    public static bool IsDuplicateKey(MySqlException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Number == 1062;
    }

    /// <summary>The transaction lost against another one and was, or has to be, rolled back: ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK.</summary>
    public static bool IsLockConflict(MySqlException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Number is 1205 or 1213;
    }

    /// <summary>The server answered with an error, so that the connection itself is sound.</summary>
    public static bool IsRefusal(Exception exception) => exception is MySqlException mySql && !IsConnectionLost(mySql);

    /// <summary>The connection is gone, or never came to be.</summary>
    public static bool IsConnectionLost(MySqlException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Number is
            -1 or 0    // the connector's own errors: time is up, stream closed
            or 1042    // ER_BAD_HOST_ERROR, the connector's word for "unable to connect"
            or 1053    // ER_SERVER_SHUTDOWN
            or 1152 or 1158 or 1159 or 1160 or 1161   // aborted connection, network read and write errors and time-outs
            or 1927    // MariaDB ER_CONNECTION_KILLED
            or 4031    // ER_CLIENT_INTERACTION_TIMEOUT, MySQL's last word on a connection that nobody used for wait_timeout (8.0.24 on)
            or 2002 or 2003 or 2006 or 2013;          // CR_CONNECTION_ERROR, CR_CONN_HOST_ERROR, CR_SERVER_GONE_ERROR, CR_SERVER_LOST
    }

    /// <summary>
    /// The server answers, and has no room for rows or is not ready to take any. It would refuse anybody's: ER_DISK_FULL, ER_ERROR_ON_WRITE, ER_RECORD_FILE_FULL, the engine's error 28
    /// (ENOSPC) in ER_GET_ERRNO, and ER_UNKNOWN_COM_ERROR, by which a node of Galera says that it is not prepared yet.
    /// </summary>
    public static bool HasNoRoom(MySqlException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Number is 1021 or 1026 or 1047 or 1114 || (exception.Number == 1030 && exception.Message.Contains("error 28 ", StringComparison.Ordinal));
    }

    /// <summary>Whether the same call may succeed later without anything else changing.</summary>
    public static bool IsTransient(Exception? exception) => exception switch
    {
        DbException { IsTransient: true } => true,
        MySqlException mySql => IsLockConflict(mySql) || IsConnectionLost(mySql) || HasNoRoom(mySql)
            || mySql.Number is 1040 or 1203 or 1226 or 1290 or 1317 or 1836,  // too many connections, resource limits, read only, query interrupted
        TimeoutException or IOException or SocketException or ObjectDisposedException => true,
        _ => exception?.InnerException is { } inner && IsTransient(inner),
    };
}
