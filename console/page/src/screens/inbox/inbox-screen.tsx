import { EmptyState } from '../../components/empty-state';

export const InboxScreen = () => <EmptyState icon="inbox" title="No webhook yet" />;
