// Each test brings a broker, a topic and clients of its own, and waits most of the time: for groups to form, and for sessions to run out.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
