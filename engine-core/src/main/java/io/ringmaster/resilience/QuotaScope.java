package io.ringmaster.resilience;

/** What a quota limits, and where its figures come from. */
enum QuotaScope {
    ENGINE {
        @Override
        String describe(final String name) {
            return "engine";
        }

        @Override
        int exclusiveRunning(final QuotaSubject subject, final String name) {
            return subject.exclusiveRunning();
        }
    },
    TENANT {
        @Override
        String describe(final String name) {
            return "tenant '" + name + '\'';
        }

        @Override
        int exclusiveRunning(final QuotaSubject subject, final String name) {
            return subject.exclusiveRunningOfTenant(name);
        }
    },
    TYPE {
        @Override
        String describe(final String name) {
            return "type '" + name + '\'';
        }

        @Override
        int exclusiveRunning(final QuotaSubject subject, final String name) {
            return subject.exclusiveRunningOfType(name);
        }
    };

    abstract String describe(String name);

    abstract int exclusiveRunning(QuotaSubject subject, String name);
}
