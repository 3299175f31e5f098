import configuration from 'onqueue:configuration';
import { wireReceiveEvent } from '../receive-event.ts';
import { environment } from '../env.ts';
import { inLambda } from '../surroundings.ts';

export const handler = wireReceiveEvent(environment('receive-event'), configuration, inLambda());
