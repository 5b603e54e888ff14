-- The queries that matter to Broxiva, as the application sends them. What an index
-- in specs/indexes `serves:` is named here. $1, $2 … are bound by the driver.

-- ---------------------------------------------------------------- core

-- name: product_search_by_category
-- A category's page, best sellers first.
SELECT id, title, slug, price, currency, "ratingAverage", "salesRank"
FROM products
WHERE "categoryId" = $1 AND status = 'ACTIVE' AND "deletedAt" IS NULL
ORDER BY "salesRank" DESC, id
LIMIT $2;

-- name: category_price_range
-- The same page between two prices, cheapest first.
SELECT id, title, slug, price, currency
FROM products
WHERE "categoryId" = $1 AND status = 'ACTIVE' AND price BETWEEN $2 AND $3 AND "deletedAt" IS NULL
ORDER BY price
LIMIT $4;

-- name: product_title_search
-- Search as you type; $1 is a pattern such as %headph%.
SELECT id, title, slug, price, currency
FROM products
WHERE title ILIKE $1 AND status = 'ACTIVE' AND "deletedAt" IS NULL
ORDER BY "salesRank" DESC
LIMIT 20;

-- name: product_filter
-- Filter chips and facets: all of the tags, and these attributes.
SELECT id, title, slug, price, currency
FROM products
WHERE tags @> $1::varchar[] AND attributes @> $2::jsonb AND status = 'ACTIVE' AND "deletedAt" IS NULL
ORDER BY "salesRank" DESC
LIMIT $3;

-- name: product_page
-- All that a product's page shows, in one round trip.
SELECT p.id, p.title, p.description, p.price, p.currency, p."ratingAverage", p."ratingCount",
       (SELECT json_agg(json_build_object('id', v.id, 'sku', v.sku, 'title', v.title, 'price', v.price) ORDER BY v.position)
        FROM product_variants v WHERE v."productId" = p.id AND v."isActive") AS variants,
       (SELECT json_agg(json_build_object('url', i.url, 'alt', i."altText") ORDER BY i.position)
        FROM product_images i WHERE i."productId" = p.id) AS images,
       (SELECT min(dp."dealPrice") FROM deal_products dp JOIN deals d ON d.id = dp."dealId"
        WHERE dp."productId" = p.id AND d.status = 'LIVE' AND d."endsAt" > $2) AS "dealPrice",
       (SELECT count(*) FROM order_items oi WHERE oi."productId" = p.id AND oi."createdAt" > $3) AS "boughtLately",
       (SELECT count(*) FROM product_views pv WHERE pv."productId" = p.id AND pv."createdAt" > $4) AS "viewedLately",
       (SELECT json_agg(b.slug) FROM (
          SELECT o.slug FROM products o
          WHERE o."brandId" = p."brandId" AND o.status = 'ACTIVE' AND o."deletedAt" IS NULL
          ORDER BY o."salesRank" DESC LIMIT 8) b) AS "sameBrand"
FROM products p
WHERE p.slug = $1 AND p."deletedAt" IS NULL;

-- name: user_order_history
-- A customer's orders, newest first, paged by keyset.
SELECT number, status, total, currency, "createdAt"
FROM orders
WHERE "userId" = $1 AND "createdAt" < $2
ORDER BY "createdAt" DESC
LIMIT $3;

-- name: order_detail
-- An order with all that hangs on it, for its customer and for support.
SELECT o.id, o.number, o.status, o.currency, o.total, o."createdAt",
       (SELECT json_agg(json_build_object('sku', i.sku, 'title', i.title, 'quantity', i.quantity, 'total', i.total) ORDER BY i."lineNumber")
        FROM order_items i WHERE i."orderId" = o.id) AS items,
       (SELECT json_agg(json_build_object('to', e."toStatus", 'at', e."createdAt") ORDER BY e."createdAt")
        FROM order_status_events e WHERE e."orderId" = o.id) AS history,
       (SELECT json_agg(json_build_object('provider', p.provider, 'status', p.status, 'amount', p.amount, 'refunded',
                 (SELECT sum(r.amount) FROM refunds r WHERE r."paymentId" = p.id AND r.status <> 'FAILED')) ORDER BY p."createdAt")
        FROM payments p WHERE p."orderId" = o.id) AS payments,
       (SELECT json_agg(json_build_object('number', n.number, 'status', n.status) ORDER BY n."issuedAt")
        FROM invoices n WHERE n."orderId" = o.id) AS invoices,
       (SELECT json_agg(json_build_object('tracking', s."trackingNumber", 'status', s.status) ORDER BY s."createdAt")
        FROM shipments s WHERE s."orderId" = o.id) AS shipments,
       (SELECT json_agg(json_build_object('number', rr.number, 'status', rr.status) ORDER BY rr."requestedAt")
        FROM return_requests rr WHERE rr."orderId" = o.id) AS returns,
       (SELECT sum(g.amount) FROM gift_card_transactions g WHERE g."orderId" = o.id) AS "giftCard",
       (SELECT sum(l.points) FROM loyalty_transactions l WHERE l."orderId" = o.id) AS points,
       (SELECT json_agg(t.number) FROM support_tickets t WHERE t."orderId" = o.id) AS tickets,
       EXISTS (SELECT 1 FROM cart_abandonments a WHERE a."recoveredOrderId" = o.id) AS "wonBack"
FROM orders o
WHERE o.number = $1;

-- name: review_list
-- A product's approved reviews, newest first, paged by keyset.
SELECT r.id, r.rating, r.title, r.body, r."helpfulCount", r."createdAt", u."displayName"
FROM reviews r
JOIN users u ON u.id = r."userId"
WHERE r."productId" = $1 AND r.status = 'APPROVED' AND r."deletedAt" IS NULL AND r."createdAt" < $2
ORDER BY r."createdAt" DESC
LIMIT $3;

-- name: vendor_order_queue
-- What a vendor has to pack next, and the commission that will be kept.
SELECT i.id, i.sku, i.title, i.quantity, i.total, o.number,
       coalesce((SELECT c.rate FROM commission_rules c
                 WHERE c."vendorId" = i."vendorId" AND c."categoryId" = p."categoryId" AND c."startsAt" <= i."createdAt"
                 ORDER BY c."startsAt" DESC LIMIT 1), v."commissionRate") AS commission
FROM order_items i
JOIN orders o ON o.id = i."orderId"
JOIN products p ON p.id = i."productId"
JOIN vendor_profiles v ON v.id = i."vendorId"
WHERE i."vendorId" = $1 AND i.status = $2
ORDER BY i."createdAt"
LIMIT $3;

-- name: sales_by_day
-- Orders and turnover by day and currency.
SELECT date_trunc('day', "createdAt") AS day, currency, count(*) AS orders, sum(total) AS turnover
FROM orders
WHERE "createdAt" >= $1 AND "createdAt" < $2 AND status <> 'CANCELLED'
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: user_by_email
-- Sign-in: the live account behind an address, and its first second factor.
SELECT u.id, u."passwordHash", u.status, u.locale, m.type AS "mfaType"
FROM users u
LEFT JOIN mfa_methods m ON m."userId" = u.id AND m."isPrimary"
WHERE lower(u.email) = lower($1) AND u."deletedAt" IS NULL;

-- ------------------------------------------------------------ shopping

-- name: cart_retrieval
-- A customer's active cart with what is in it, what it is held until, and the credit at hand.
SELECT c.id, c.currency, i."variantId", i.quantity, i."unitPrice", v.title, v.price, a."countryCode" AS "deliverTo",
       (SELECT min(r."expiresAt") FROM stock_reservations r
        WHERE r."cartId" = c.id AND r."variantId" = i."variantId" AND r.status = 'HELD') AS "heldUntil",
       (SELECT sum(g.balance) FROM gift_cards g
        WHERE g."recipientId" = c."userId" AND g.status = 'ACTIVE' AND g.currency = c.currency) AS credit
FROM carts c
JOIN cart_items i ON i."cartId" = c.id AND NOT i."savedForLater"
JOIN product_variants v ON v.id = i."variantId"
LEFT JOIN addresses a ON a."userId" = c."userId" AND a."isDefaultShipping" AND a."deletedAt" IS NULL
WHERE c."userId" = $1 AND c.status = 'ACTIVE'
ORDER BY i."addedAt";

-- name: abandonment_reminders
-- The next batch of reminders for carts that were left.
SELECT id, "cartId", email, "cartValue", currency, "remindersSent"
FROM cart_abandonments
WHERE "recoveredAt" IS NULL AND "nextReminderAt" <= $1
ORDER BY "nextReminderAt"
LIMIT $2
FOR UPDATE SKIP LOCKED;

-- name: wishlist_page
-- A customer's default wishlist, newest wish first, with what has become cheaper since.
SELECT i.id, p.id AS "productId", p.title, p.slug, p.price, i."priceWhenAdded", i."addedAt"
FROM wishlists w
JOIN wishlist_items i ON i."wishlistId" = w.id
JOIN products p ON p.id = i."productId"
WHERE w."userId" = $1 AND w."isDefault"
ORDER BY i."addedAt" DESC
LIMIT $2;

-- ----------------------------------------------------------- inventory

-- name: variant_availability
-- Which open warehouses of a country can send a variant, and who waits for it.
SELECT w.id, w.code, s."onHand" - s.reserved AS available,
       (SELECT count(*) FROM stock_alerts a WHERE a."variantId" = s."variantId" AND a."notifiedAt" IS NULL) AS waiting
FROM warehouses w
JOIN stock_levels s ON s."warehouseId" = w.id
WHERE s."variantId" = $1 AND w."countryCode" = $2 AND w."isActive" AND s."onHand" > s.reserved
ORDER BY w.priority;

-- name: stock_ledger
-- The latest movements of a variant in a warehouse, and what is held of it now.
SELECT m.id, m.type, m.quantity, m."onHandAfter", m."referenceType", m."referenceId", m."createdAt",
       (SELECT sum(r.quantity) FROM stock_reservations r
        WHERE r."warehouseId" = m."warehouseId" AND r."variantId" = m."variantId" AND r.status = 'HELD') AS held
FROM stock_movements m
WHERE m."warehouseId" = $1 AND m."variantId" = $2 AND m."createdAt" < $3
ORDER BY m."createdAt" DESC
LIMIT $4;

-- name: warehouse_replenishment
-- What runs low in a warehouse, with what it cost the last time.
SELECT s."variantId", s."onHand", s.reserved, s.incoming, s."reorderQuantity", c."unitCost", c.currency
FROM stock_levels s
LEFT JOIN LATERAL (
  SELECT i."unitCost", i.currency
  FROM purchase_order_items i
  WHERE i."variantId" = s."variantId"
  ORDER BY i."createdAt" DESC
  LIMIT 1
) c ON true
WHERE s."warehouseId" = $1 AND s."needsReorder";

-- name: inbound_goods
-- What arrives at a warehouse until a moment, from suppliers and from other warehouses, and what of it is in already.
SELECT 'purchase' AS kind, p.id, p.number, p."expectedAt",
       (SELECT sum(m.quantity) FROM stock_movements m WHERE m."referenceId" = p.id) AS received
FROM purchase_orders p
WHERE p."warehouseId" = $1 AND p.status = 'ORDERED' AND p."expectedAt" < $2
UNION ALL
SELECT 'transfer', t.id, t.number, t."expectedAt",
       (SELECT sum(m.quantity) FROM stock_movements m WHERE m."referenceId" = t.id)
FROM stock_transfers t
WHERE t."toWarehouseId" = $1 AND t.status = 'IN_TRANSIT' AND t."expectedAt" < $2
ORDER BY 4;

-- ------------------------------------------------------------ shipping

-- name: dispatch_queue
-- The oldest parcels that a warehouse has to pack, with the stock that is set aside for them.
SELECT s.id, s."orderId", s."createdAt", i."orderItemId", i.quantity, r."variantId"
FROM shipments s
JOIN shipment_items i ON i."shipmentId" = s.id
LEFT JOIN stock_reservations r ON r."orderItemId" = i."orderItemId" AND r.status = 'COMMITTED'
WHERE s."warehouseId" = $1 AND s.status = 'PENDING'
ORDER BY s."createdAt"
LIMIT $2;

-- name: shipment_timeline
-- Tracking by the number on the parcel, latest event first.
SELECT s.id, e.status, e.location, e."occurredAt"
FROM shipments s
JOIN tracking_events e ON e."shipmentId" = s.id
WHERE s."trackingNumber" = $1
ORDER BY e."occurredAt" DESC;

-- name: shipping_options
-- What may be chosen at checkout for a country, cheapest first.
SELECT m.id, m.name, m.price, m."freeAbove", m.currency, m."minDays", m."maxDays"
FROM shipping_zones z
JOIN shipping_methods m ON m."zoneId" = z.id
WHERE z."countryCodes" @> ARRAY[$1]::char(2)[] AND m."isActive"
ORDER BY m.price;

-- ----------------------------------------------------------- marketing

-- name: ad_auction
-- The highest bids for a place that share a keyword with the search and aim at this visitor.
SELECT a.id, a.headline, a."imageUrl", a."bidAmount", a."productId"
FROM ads a
JOIN campaigns c ON c.id = a."campaignId"
WHERE a.placement = $1 AND a.status = 'ACTIVE' AND a.keywords && $2::varchar[]
  AND c.status = 'RUNNING' AND c.targeting @> $3::jsonb AND c.spent < c.budget
ORDER BY a."bidAmount" DESC
LIMIT $4;

-- name: ad_spend_by_day
-- A vendor's advertising by day: what was seen, clicked and paid.
SELECT a.id, date_trunc('day', e."occurredAt") AS day, e.type, count(*) AS events, sum(e.cost) AS cost
FROM campaigns c
JOIN ads a ON a."campaignId" = c.id
JOIN ad_events e ON e."adId" = a.id
WHERE c."vendorId" = $1 AND c."startsAt" < $3 AND a.status <> 'DRAFT' AND e."occurredAt" >= $2 AND e."occurredAt" < $3
GROUP BY 1, 2, 3
ORDER BY 2, 1;

-- name: coupon_check
-- Whether a code is good, and how often this customer has used it.
SELECT c.id, c.type, c.value, c."minimumOrder", c."maxRedemptions", c."redemptionCount",
       (SELECT count(*) FROM coupon_redemptions r WHERE r."couponId" = c.id AND r."userId" = $2) AS "usedByCustomer"
FROM coupons c
WHERE upper(c.code) = upper($1) AND c."deletedAt" IS NULL AND c."isActive";

-- name: live_deals
-- The deals page, what ends soonest first.
SELECT d.id, d.title, d.type, d."endsAt", dp."dealPrice", dp.currency, p.title AS product, p.slug, p.price
FROM deals d
JOIN deal_products dp ON dp."dealId" = d.id
JOIN products p ON p.id = dp."productId"
WHERE d.status = 'LIVE' AND d."endsAt" > $1
ORDER BY d."endsAt"
LIMIT $2;

-- name: loyalty_statement
-- A customer's points in a programme, newest first.
SELECT t.type, t.points, t."createdAt"
FROM loyalty_accounts a
JOIN loyalty_transactions t ON t."accountId" = a.id
WHERE a."userId" = $1 AND a."programId" = $2
ORDER BY t."createdAt" DESC
LIMIT $3;

-- -------------------------------------------------------------- vendor

-- name: vendor_payout_history
-- What a vendor was paid, latest period first.
SELECT "periodEnd", status, "netAmount", currency
FROM payouts
WHERE "vendorId" = $1 AND "periodEnd" >= $2
ORDER BY "periodEnd" DESC;

-- name: top_vendors
-- The vendors with the highest turnover of a day.
SELECT "vendorId", "grossRevenue", "orderCount", currency
FROM vendor_performance
WHERE day = $1
ORDER BY "grossRevenue" DESC
LIMIT $2;

-- name: directory_search
-- The search box of the back office: people, vendors and organizations by any part of a name.
SELECT 'user' AS kind, id, "displayName" AS name FROM users WHERE "displayName" ILIKE $1 OR email ILIKE $1
UNION ALL
SELECT 'vendor', id, "displayName" FROM vendor_profiles WHERE "displayName" ILIKE $1
UNION ALL
SELECT 'organization', id, name FROM organizations WHERE name ILIKE $1
LIMIT 30;

-- ------------------------------------------------------------ security

-- name: entity_audit_trail
-- What was done to one thing, latest first.
SELECT id, "actorId", action, changes, "ipAddress", "createdAt"
FROM audit_logs
WHERE "entityType" = $1 AND "entityId" = $2
ORDER BY "createdAt" DESC
LIMIT $3;

-- name: failed_logins
-- Failures for an address and from a network address since a moment; sign-in slows down by them.
SELECT (SELECT count(*) FROM login_attempts WHERE lower(email) = lower($1) AND NOT succeeded AND "createdAt" > $3) AS "byEmail",
       (SELECT count(*) FROM login_attempts WHERE "ipAddress" = $2 AND NOT succeeded AND "createdAt" > $3) AS "byAddress";

-- name: user_sessions
-- Where a user is signed in, and when somebody last tried to.
SELECT s.id, s."ipAddress", s."userAgent", s."lastSeenAt", s."expiresAt",
       (SELECT max(l."createdAt") FROM login_attempts l WHERE l."userId" = s."userId" AND NOT l.succeeded) AS "lastFailure"
FROM sessions s
WHERE s."userId" = $1 AND s."expiresAt" > $2 AND s."revokedAt" IS NULL
ORDER BY s."lastSeenAt" DESC;

-- ------------------------------------------------------------- support

-- name: agent_queue
-- An agent's own open tickets, and what is free to take.
(SELECT id, number, subject, priority, "dueAt", true AS mine
 FROM support_tickets
 WHERE "assigneeId" = $1 AND status = 'OPEN'
 ORDER BY "dueAt"
 LIMIT 50)
UNION ALL
(SELECT id, number, subject, priority, "dueAt", false
 FROM support_tickets
 WHERE status = 'NEW' AND "assigneeId" IS NULL
 ORDER BY priority DESC, "createdAt"
 LIMIT 20);

-- name: ticket_thread
-- A ticket's messages with their files, and the conversation that it came out of.
SELECT m.id::text AS id, m."authorId", m.body, m."createdAt",
       (SELECT json_agg(json_build_object('name', f."fileName", 'url', f."fileUrl"))
        FROM ticket_attachments f WHERE f."messageId" = m.id) AS files
FROM ticket_messages m
WHERE m."ticketId" = $1
UNION ALL
SELECT l.id::text, c."userId", l.body, l."createdAt", NULL
FROM chat_sessions c
JOIN chat_messages l ON l."chatSessionId" = c.id
WHERE c."ticketId" = $1
ORDER BY 4;

-- name: knowledge_search
-- Published articles that match what was asked, best match first.
SELECT id, slug, title,
       ts_rank(setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B'),
               websearch_to_tsquery('english', $1)) AS rank
FROM knowledge_articles
WHERE status = 'PUBLISHED'
  AND (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B'))
      @@ websearch_to_tsquery('english', $1)
ORDER BY rank DESC
LIMIT 10;

-- name: customer_timeline
-- What a customer has done lately, for the agent who answers.
SELECT 'order' AS kind, number AS what, "createdAt" AS at FROM orders WHERE "userId" = $1 AND "createdAt" > $2
UNION ALL
SELECT 'cart', status::text, "createdAt" FROM carts WHERE "userId" = $1 AND "createdAt" > $2
UNION ALL
SELECT 'return', rr.number, rr."requestedAt" FROM return_requests rr WHERE rr."userId" = $1 AND rr."requestedAt" > $2
UNION ALL
SELECT 'refund', rf.amount::text, rf."createdAt"
FROM return_requests rr JOIN refunds rf ON rf."returnRequestId" = rr.id
WHERE rr."userId" = $1 AND rr."requestedAt" > $2
UNION ALL
SELECT 'review', title, "createdAt" FROM reviews WHERE "userId" = $1 AND "createdAt" > $2
UNION ALL
SELECT 'coupon', "discountAmount"::text, "redeemedAt" FROM coupon_redemptions WHERE "userId" = $1 AND "redeemedAt" > $2
UNION ALL
SELECT 'gift card', "initialBalance"::text, "createdAt" FROM gift_cards WHERE "purchaserId" = $1 AND "createdAt" > $2
UNION ALL
SELECT 'ticket', subject, "createdAt" FROM support_tickets WHERE "requesterId" = $1 AND "createdAt" > $2
UNION ALL
SELECT 'chat', topic, "startedAt" FROM chat_sessions WHERE "userId" = $1 AND "startedAt" > $2
ORDER BY at DESC
LIMIT 100;

-- -------------------------------------------------------- organization

-- name: organization_member_list
-- An organization's active members, latest first, after the invitations that are still open.
(SELECT email AS name, NULL::text AS title, "createdAt" AS since, true AS invited
 FROM organization_invitations
 WHERE "organizationId" = $1 AND status = 'PENDING')
UNION ALL
(SELECT u."displayName", m.title, m."joinedAt", false
 FROM organization_members m
 JOIN users u ON u.id = m."userId"
 WHERE m."organizationId" = $1 AND m.status = 'ACTIVE'
 ORDER BY m."joinedAt" DESC
 LIMIT $2);

-- name: user_permissions
-- All that a user may do, by organization; asked with every request that is not in the cache.
SELECT DISTINCT m."organizationId", p.code
FROM organization_members m
JOIN member_roles mr ON mr."memberId" = m.id
JOIN role_permissions rp ON rp."roleId" = mr."roleId"
JOIN permissions p ON p.id = rp."permissionId"
WHERE m."userId" = $1 AND m.status = 'ACTIVE';

-- ----------------------------------------------------------- analytics

-- name: trending_searches
-- What is searched for since a moment, how often nothing was found, and how often a result was opened.
SELECT q."normalizedTerm", count(*) AS searches, count(*) FILTER (WHERE q."resultCount" = 0) AS empty,
       sum((SELECT count(*) FROM search_clicks c WHERE c."searchQueryId" = q.id)) AS clicks
FROM search_queries q
WHERE q."createdAt" > $1
GROUP BY q."normalizedTerm"
ORDER BY searches DESC
LIMIT $2;

-- name: recently_viewed
-- A user's last products and searches, for the home page.
(SELECT 'product' AS kind, "productId"::text AS what, "createdAt" AS at
 FROM product_views
 WHERE "userId" = $1
 ORDER BY "createdAt" DESC
 LIMIT 12)
UNION ALL
(SELECT 'search', term, "createdAt"
 FROM search_queries
 WHERE "userId" = $1
 ORDER BY "createdAt" DESC
 LIMIT 5);

-- name: top_products
-- The products with the highest turnover of a day.
SELECT m."productId", p.title, m.units, m.revenue
FROM product_metrics_daily m
JOIN products p ON p.id = m."productId"
WHERE m.day = $1
ORDER BY m.revenue DESC
LIMIT $2;

-- -------------------------------------------------------- across areas

-- name: operations_backlog
-- The operations screen: how much waits in each queue, and since when.
SELECT 'unpaid orders' AS queue, count(*) AS waiting, min("createdAt") AS since FROM orders WHERE status = 'PENDING'
UNION ALL
SELECT 'orders to send', count(*), min("paidAt") FROM orders WHERE status IN ('PAID', 'PROCESSING')
UNION ALL
SELECT 'payments to capture', count(*), min("authorizedAt") FROM payments WHERE status = 'AUTHORIZED'
UNION ALL
SELECT 'refunds', count(*), min("createdAt") FROM refunds WHERE status = 'PENDING'
UNION ALL
SELECT 'overdue invoices', count(*), min("dueAt") FROM invoices WHERE status = 'OPEN' AND "dueAt" < $1
UNION ALL
SELECT 'reviews to moderate', count(*), min("createdAt") FROM reviews WHERE status = 'PENDING'
UNION ALL
SELECT 'late parcels', count(*), min("estimatedDeliveryAt") FROM shipments
WHERE status IN ('IN_TRANSIT', 'OUT_FOR_DELIVERY') AND "estimatedDeliveryAt" < $1
UNION ALL
SELECT 'returns to decide', count(*), min("requestedAt") FROM return_requests WHERE status = 'REQUESTED'
UNION ALL
SELECT 'vendors to admit', count(*), min("createdAt") FROM vendor_profiles WHERE status = 'PENDING'
UNION ALL
SELECT 'payouts due', count(*), min("scheduledFor") FROM payouts WHERE status = 'SCHEDULED' AND "scheduledFor" <= $1
UNION ALL
SELECT 'late first answers', count(*), min("dueAt") FROM support_tickets
WHERE status IN ('NEW', 'OPEN') AND "firstResponseAt" IS NULL AND "dueAt" < $1
UNION ALL
SELECT 'waiting chats', count(*), min("startedAt") FROM chat_sessions WHERE status = 'WAITING'
UNION ALL
SELECT 'checks of identity', count(*), min("submittedAt") FROM kyc_verifications WHERE status IN ('SUBMITTED', 'IN_REVIEW')
UNION ALL
SELECT 'reports due', count(*), min("nextRunAt") FROM report_definitions WHERE "isActive" AND "nextRunAt" <= $1
UNION ALL
SELECT 'report runs', count(*), min("createdAt") FROM report_runs WHERE status = 'QUEUED';

-- name: expiry_sweep
-- The minutely sweeper: what has come to its time since it last looked, by kind.
SELECT 'hold' AS kind, id FROM stock_reservations WHERE status = 'HELD' AND "expiresAt" <= $1
UNION ALL
SELECT 'session', id FROM sessions WHERE "revokedAt" IS NULL AND "expiresAt" <= $1
UNION ALL
SELECT 'password link', id FROM password_reset_tokens WHERE "usedAt" IS NULL AND "expiresAt" <= $1
UNION ALL
SELECT 'invitation', id FROM organization_invitations WHERE status = 'PENDING' AND "expiresAt" <= $1
UNION ALL
SELECT 'cart', id FROM carts WHERE status = 'ACTIVE' AND "updatedAt" <= $2
UNION ALL
SELECT 'gift card', id FROM gift_cards WHERE status = 'ACTIVE' AND "expiresAt" <= $1
UNION ALL
SELECT 'points', id FROM loyalty_transactions WHERE type = 'EARN' AND "settledAt" IS NULL AND "expiresAt" <= $1
UNION ALL
SELECT 'coupon', id FROM coupons WHERE "isActive" AND "deletedAt" IS NULL AND "endsAt" <= $1
UNION ALL
SELECT 'campaign', id FROM campaigns WHERE status = 'RUNNING' AND "endsAt" <= $1
UNION ALL
SELECT 'deal to start', id FROM deals WHERE status = 'SCHEDULED' AND "startsAt" <= $1
UNION ALL
SELECT 'deal to end', id FROM deals WHERE status = 'LIVE' AND "endsAt" <= $1
UNION ALL
SELECT 'API key', id FROM api_keys WHERE "revokedAt" IS NULL AND "expiresAt" <= $3
UNION ALL
SELECT 'vendor document', id FROM vendor_documents WHERE status = 'APPROVED' AND "expiresAt" <= $3
UNION ALL
SELECT 'check of identity', id FROM kyc_verifications WHERE status = 'APPROVED' AND "expiresAt" <= $3
UNION ALL
SELECT 'dormant account', id FROM users WHERE status = 'ACTIVE' AND "deletedAt" IS NULL AND "lastLoginAt" <= $4
LIMIT 1000;

-- name: user_references
-- What still names a user in a role of trust, before the account is erased.
SELECT 'order status' AS what, count(*) FROM order_status_events WHERE "actorId" = $1
UNION ALL
SELECT 'review moderation', count(*) FROM reviews WHERE "moderatedById" = $1
UNION ALL
SELECT 'stock correction', count(*) FROM stock_movements WHERE "performedById" = $1
UNION ALL
SELECT 'return approval', count(*) FROM return_requests WHERE "approvedById" = $1
UNION ALL
SELECT 'vendor document', count(*) FROM vendor_documents WHERE "reviewedById" = $1
UNION ALL
SELECT 'check of identity', count(*) FROM kyc_verifications WHERE "reviewedById" = $1
UNION ALL
SELECT 'audit log', count(*) FROM audit_logs WHERE "actorId" = $1
UNION ALL
SELECT 'API key', count(*) FROM api_keys WHERE "createdById" = $1
UNION ALL
SELECT 'assigned ticket', count(*) FROM support_tickets WHERE "assigneeId" = $1
UNION ALL
SELECT 'ticket message', count(*) FROM ticket_messages WHERE "authorId" = $1
UNION ALL
SELECT 'chat', count(*) FROM chat_sessions WHERE "agentId" = $1
UNION ALL
SELECT 'article', count(*) FROM knowledge_articles WHERE "authorId" = $1
UNION ALL
SELECT 'report', count(*) FROM report_definitions WHERE "ownerId" = $1;
