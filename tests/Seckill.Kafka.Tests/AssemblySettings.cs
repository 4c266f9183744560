// Each test brings a broker and several clients of its own; side by side they would compete for the processors and for each other's deadlines.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
