package io.ringmaster.resilience;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;

/** What a submission got from the quotas, so that all of it can be given back should the submission come to nothing. */
@InternalApi
public final class QuotaPermit {
    static final QuotaPermit FREE = new QuotaPermit(null);
    static final QuotaPermit OVER_LIVE = new QuotaPermit(Refusal.QUOTA);
    static final QuotaPermit OVER_RATE = new QuotaPermit(Refusal.RATE);

    private final Refusal refusal;
    private Quota tenant;
    private Quota type;
    private TokenBucket tenantBucket;
    private TokenBucket typeBucket;
    private TokenBucket engineBucket;

    private QuotaPermit(final Refusal refusal) {
        this.refusal = refusal;
    }

    /** Takes everything or nothing; the narrowest quota first, so that a tenant's flood leaves the others' alone. */
    static QuotaPermit take(final Quota tenant, final Quota type, final Quota engine, final long nowNanos) {
        final QuotaPermit permit = new QuotaPermit(null);
        if (tenant != null) {
            if (!tenant.tryCount()) {
                return OVER_LIVE;
            }
            permit.tenant = tenant;
        }
        if (type != null) {
            if (!type.tryCount()) {
                permit.giveBack();
                return OVER_LIVE;
            }
            permit.type = type;
        }
        return permit.takeTokens(tenant, type, engine, nowNanos) ? permit : OVER_RATE;
    }

    private boolean takeTokens(final Quota ofTenant, final Quota ofType, final Quota engine, final long nowNanos) {
        final TokenBucket first = ofTenant == null ? null : ofTenant.bucket();
        if (first != null) {
            if (!first.tryTake(nowNanos)) {
                return refuse(ofTenant);
            }
            tenantBucket = first;
        }
        final TokenBucket second = ofType == null ? null : ofType.bucket();
        if (second != null) {
            if (!second.tryTake(nowNanos)) {
                return refuse(ofType);
            }
            typeBucket = second;
        }
        final TokenBucket third = engine.bucket();
        if (third != null) {
            if (!third.tryTake(nowNanos)) {
                return refuse(engine);
            }
            engineBucket = third;
        }
        return true;
    }

    private boolean refuse(final Quota quota) {
        quota.refusedRate();
        giveBack();
        return false;
    }

    /** Returns why nothing was got, or null. */
    public Refusal refusal() {
        return refusal;
    }

    /** Returns the executor's flags that say what is to be given back when it is finalized. */
    public int flags() {
        return (tenant == null ? 0 : TaskExecutor.TENANT_COUNTED) | (type == null ? 0 : TaskExecutor.TYPE_COUNTED);
    }

    /** Gives everything back: the submission came to nothing. Once. */
    public void giveBack() {
        if (tenant != null) {
            tenant.uncount();
        }
        if (type != null) {
            type.uncount();
        }
        if (tenantBucket != null) {
            tenantBucket.giveBack();
        }
        if (typeBucket != null) {
            typeBucket.giveBack();
        }
        if (engineBucket != null) {
            engineBucket.giveBack();
        }
    }
}
